import { expect, test } from 'vitest';
import { CLOCK_JUMP_MS, createClockWatch } from './clock-watch.ts';

function watched(onJump?: (fromMs: number, toMs: number) => void) {
  const clock = { wallMs: 1_000_000, steadyMs: 50 };
  const jumps: [number, number][] = [];
  const look = createClockWatch(
    { nowMs: () => clock.wallMs, monotonicMs: () => clock.steadyMs },
    onJump ?? ((fromMs, toMs) => void jumps.push([fromMs, toMs])),
  );
  const pass = (wall: number, steady = wall): void => {
    clock.wallMs += wall;
    clock.steadyMs += steady;
  };
  return { look, pass, jumps };
}

test('a clock that goes with the steady one, or is put right by two seconds, did not jump', () => {
  const { look, pass, jumps } = watched();
  for (const [wall, steady] of [
    [0, 0],
    [60_000, 60_000],
    [CLOCK_JUMP_MS, 0],
    [3_600_000, 3_600_000 + CLOCK_JUMP_MS],
  ] as const) {
    pass(wall, steady);
    look();
  }
  expect(jumps).toEqual([]);
});

test('a jump forward or back is told once, with what the clock should have shown and what it shows', () => {
  const { look, pass, jumps } = watched();
  pass(10_000 + CLOCK_JUMP_MS + 1, 10_000);
  look();
  look();
  pass(-3_600_000, 500);
  look();
  expect(jumps).toEqual([
    [1_010_000, 1_012_001],
    [1_012_501, 1_012_001 - 3_600_000],
  ]);
});

test('a clock that creeps is not a jump: each look begins anew', () => {
  const { look, pass, jumps } = watched();
  for (let n = 0; n < 10; n += 1) {
    pass(1_900, 900);
    look();
  }
  expect(jumps).toEqual([]);
});

test('a jump that could not be written is told again at the next look', () => {
  let isFull = true;
  const told: number[] = [];
  const { look, pass } = watched((fromMs, toMs) => {
    if (isFull) throw new Error('disk full');
    told.push(toMs - fromMs);
  });
  pass(100_000, 1_000);
  expect(look).toThrow('disk full');
  pass(5_000);
  expect(look).toThrow('disk full');
  isFull = false;
  look();
  look();
  expect(told).toEqual([99_000]);
});
