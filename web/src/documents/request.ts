/** The body of POST /v1/operations; the failover's three options are those of POST /v1/arm too. */
export interface OperationRequest {
  kind: 'failover' | 'switchover' | 'failback' | 'reprotect' | 'drill';
  fence?: 'power' | 'direct' | 'expiry';
  accept_loss?: boolean;
  accept_split_brain_risk?: boolean;
  even_if_not_ready?: boolean;
}
