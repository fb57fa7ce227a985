export type Role = 'operator' | 'viewer';

export interface Session {
  version: 1;
  role: Role;
  csrf: string;
  stack?: string;
}
