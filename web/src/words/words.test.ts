import { describe, expect, test } from 'vitest';
import documented from '../../../docs/failover-states.md?raw';
import failover_said from '../../../tests/golden/cli/report-failover.txt?raw';
import refused_said from '../../../tests/golden/cli/report-refused.txt?raw';
import { healthy, report_failover, report_refused } from '../store/sample';
import { command_of, move_of, question_of, steps_of_request } from '../store/consequences';
import { mark_of } from './marks';
import { phases_of, steps_of } from './operation_words';
import { against, phase_bars, report_headline } from './report_words';
import { age_text, bytes_text, duration_text, rate_text } from './units';

describe('units, as the command line says them', () => {
  test('Durations', () => {
    expect([0, 999, 1000, 1187, 59_949, 60_000, 65_000, 3_600_000].map(duration_text)).toEqual(['0 ms', '999 ms', '1.0 s', '1.2 s', '59.9 s', '1 min', '1 min 5 s', '60 min']);
  });

  test('Bytes, rates, ages', () => {
    expect([0, 999, 1234, 2_500_000].map(bytes_text)).toEqual(['0 B', '999 B', '1.2 kB', '2.5 MB']);
    expect([0, 0.25, 9.5, 42.4].map(rate_text)).toEqual(['0', '0.3', '9.5', '42']);
    expect([0, 59_999, 60_000, 7_200_000, 200_000_000].map(age_text)).toEqual(['0 s', '59 s', '1 min', '2 h', '2 d']);
  });
});

describe('reports', () => {
  test('The headline is that of the command line', () => {
    for (const [report, said] of [[report_failover(), failover_said], [report_refused(), refused_said]] as const) {
      expect(`${mark_of(report.verdict ?? 'running').sign} ${report_headline(report)}`).toBe(said.split('\n')[0]);
    }
  });

  test('Phases follow each other; unmeasured ones are left out', () => {
    const report = report_failover();
    expect(phase_bars(report).map((bar) => [bar.name, bar.start_ms, bar.length_ms])).toEqual([
      ['detect', 0, 312], ['decide', 312, 1], ['fence', 313, 118], ['promote', 431, 64], ['DNS', 495, 9], ['clients', 504, 683],
    ]);
    report.phases.detect_ms = null;
    expect(phase_bars(report)[0]).toEqual({ name: 'decide', start_ms: 0, length_ms: 1 });
    expect(phase_bars(report_refused())).toEqual([]);
  });

  test('An objective is met, missed, or was not measured', () => {
    expect(against(1187, 60_000)).toBe('objective 1 min: met');
    expect(against(61_000, 60_000)).toBe('objective 1 min: MISSED');
    expect(against(null, 60_000)).toBe('objective 1 min; not measured');
  });
});

describe('operations', () => {
  test('Every phase but the undoing ones is in the documented states', () => {
    for (const kind of ['up', 'failover', 'switchover', 'reprotect'] as const) {
      const section = documented.split(`## ${kind}\n`)[1]?.split('\n## ')[0] ?? '';
      const rows = [...section.matchAll(/^\| (\w+) \| [^|]+ \| (?:yes|no) \|/gm)].map((match) => match[1]);
      expect(rows.filter((phase) => phase !== 'reopening' && phase !== 'unholding')).toEqual(phases_of[kind]);
    }
  });

  test('Steps before the phase are done, those after it wait', () => {
    const operation = { ...healthy().operation!, kind: 'failover' as const, state: 'running' as const, phase: 'directing' };
    expect(steps_of(operation).map((step) => step.state)).toEqual(['done', 'done', 'running', 'waiting', 'waiting']);
    expect(steps_of({ ...operation, phase: 'reopening' })).toEqual([{ phase: 'reopening', state: 'running' }]);
  });

  test('The question, the steps and the command name the regions, the epoch and the options', () => {
    const move = move_of('failover', healthy());
    expect(move).toEqual({ from: 'us-east-2', to: 'us-west-1', epoch: 2 });
    expect(question_of('failover', move, healthy())).toBe("Move 'two-region-web' from us-east-2 to us-west-1? Writes that were not replicated yet are lost; they are counted.");
    expect(steps_of_request('failover', move, 'power')[0]).toBe('fence us-east-2 (power): nothing is promoted without the certificate');
    expect(command_of('failover', { fence: 'direct', accept_loss: true })).toBe('lifeboat failover --fence direct --accept-loss');
    expect(command_of('arm', {})).toBe('lifeboat failover --on-loss');
  });
});
