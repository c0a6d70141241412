import { describe, expect, it } from 'vitest';
import { thrownCode } from '../testing.ts';
import { createDriftMonitor, type DriftEvent, type DriftMonitor, type DriftOptions } from './index.ts';

function create(options: Partial<DriftOptions> = {}) {
  const events: DriftEvent[] = [];
  const monitor = createDriftMonitor({ window: 20, onEvent: (event) => events.push(event), ...options });
  return { monitor, events };
}

/** One window of scores around `middle`, `accepted` of them accepted. */
function feed(monitor: DriftMonitor, middle: number, accepted: number, margin: number | null = 0.1): void {
  for (let i = 0; i < 20; i++) {
    monitor.observe({ status: i < accepted ? 'accepted' : 'unknown', score: middle + i / 1000, margin });
  }
}

describe('createDriftMonitor', () => {
  it('takes the first window as the reference and compares every later one with it', () => {
    const { monitor, events } = create();
    feed(monitor, 0.8, 18);
    feed(monitor, 0.8, 18);
    feed(monitor, 0.6, 2);
    expect(events.map((event) => (event.kind === 'window' ? event.drifted : event.kind))).toEqual([
      'reference',
      [],
      ['acceptance', 'score'],
    ]);
    const last = events[2]!;
    expect(last.reference.acceptance).toBe(0.9);
    expect(last.kind === 'window' && last.window.acceptance).toBe(0.1);
    expect(last.kind === 'window' && last.tests).toMatchObject([
      { measure: 'acceptance', distance: expect.closeTo(0.8, 12) },
      { measure: 'score', distance: 1 },
      { measure: 'margin', distance: 0, pValue: 1 },
    ]);
  });

  it('leaves margins out where there are none, and passes over results without a score', () => {
    const { monitor, events } = create();
    monitor.observe({ status: 'unknown', score: null, margin: null });
    feed(monitor, 0.8, 20, null);
    feed(monitor, 0.8, 20, null);
    expect(events).toHaveLength(2);
    const last = events[1]!;
    expect(last.kind === 'window' && last.tests.map(({ measure }) => measure)).toEqual([
      'acceptance',
      'score',
    ]);
  });

  it('goes on from the reference of an earlier process', () => {
    const before = create();
    feed(before.monitor, 0.8, 20);
    const kept = JSON.parse(JSON.stringify(before.monitor.reference()));
    const { monitor, events } = create({ reference: kept });
    feed(monitor, 0.5, 0);
    expect(events).toMatchObject([{ kind: 'window', drifted: ['acceptance', 'score'] }]);
  });

  it('starts anew when told to', () => {
    const { monitor, events } = create();
    feed(monitor, 0.8, 20);
    monitor.observe({ status: 'accepted', score: 0.9, margin: 0.1 });
    monitor.reset();
    expect(monitor.reference()).toBeUndefined();
    feed(monitor, 0.5, 0);
    expect(events.map(({ kind }) => kind)).toEqual(['reference', 'reference']);
  });

  const window = { scores: Array.from({ length: 20 }, () => 0.5), margins: [], accepted: 20 };
  it.each<[string, Partial<DriftOptions>]>([
    ['a window of 19', { window: 19 }],
    ['a window of 2001', { window: 2001 }],
    ['half a result', { window: 20.5 }],
    ['no false alarm ever', { falseAlarms: 0 }],
    ['a rate that is none', { falseAlarms: Number.NaN }],
    ['a reference with too few scores', { reference: { ...window, scores: [0.5] } }],
    ['a reference with NaN', { reference: { ...window, margins: [Number.NaN] } }],
    ['a reference with more accepted than seen', { reference: { ...window, accepted: 21 } }],
    ['a reference that is none', { reference: {} as never }],
  ])('refuses %s', (_, options) => {
    expect(thrownCode(() => create(options))).toBe('INVALID_ARGUMENT');
  });
});
