export const one = "1;2";
