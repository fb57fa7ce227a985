export interface RegionRates {
  name: string;
  requests_per_s: number | null;
  errors_per_s: number | null;
  lag_bytes: number | null;
  lag_ms: number | null;
}

export interface Rates {
  at_ms: number;
  regions: RegionRates[];
}
