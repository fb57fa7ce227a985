import failover_text from '../../../tests/golden/cli/report-failover.json?raw';
import refused_text from '../../../tests/golden/cli/report-refused.json?raw';
import healthy_text from '../../../tests/golden/cli/status-healthy.json?raw';
import lost_text from '../../../tests/golden/cli/status-region-lost.json?raw';
import type { Report } from '../documents/report';
import type { Status } from '../documents/status';

// The recorded documents of the command line's tests, each time a new one.
export const healthy = (): Status => JSON.parse(healthy_text) as Status;
export const region_lost = (): Status => JSON.parse(lost_text) as Status;
export const report_failover = (): Report => JSON.parse(failover_text) as Report;
export const report_refused = (): Report => JSON.parse(refused_text) as Report;
