import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeWindow, readWindowState, SMALLEST, type Box } from './window-state.ts';

const screen: Box = { x: 0, y: 0, width: 1920, height: 1040 };
const right: Box = { x: 1920, y: 200, width: 1280, height: 760 };
const at = (x: number, y: number, width = 1366, height = 768) => ({
  bounds: { x, y, width, height },
  isMaximized: false,
});

describe('where the window opens', () => {
  test('for the first time in the middle of the main screen', () => {
    expect(placeWindow(undefined, [screen, right]).bounds).toEqual({
      x: 277,
      y: 136,
      width: 1366,
      height: 768,
    });
  });

  test('where it was, also on the second screen', () => {
    expect(placeWindow(at(40, 50), [screen, right])).toEqual(at(40, 50));
    expect(placeWindow(at(1930, 210, 1200, 720), [screen, right])).toEqual(at(1930, 210, 1200, 720));
  });

  test('pulled back where a person can take hold of it', () => {
    expect(placeWindow(at(-400, 0), [screen]).bounds.x).toBe(0);
    expect(placeWindow(at(1500, 900), [screen]).bounds).toEqual({ x: 554, y: 272, width: 1366, height: 768 });
  });

  test('in the middle of what is left when its screen is gone', () => {
    expect(placeWindow(at(1930, 210), [screen]).bounds).toEqual({ x: 277, y: 136, width: 1366, height: 768 });
  });

  test('as large as a screen smaller than itself', () => {
    const small: Box = { x: 0, y: 0, width: 1024, height: 700 };
    expect(placeWindow(at(0, 0, 1800, 1000), [small]).bounds).toEqual({ x: 0, y: 0, ...SMALLEST });
    const tiny: Box = { x: 0, y: 0, width: 800, height: 560 };
    expect(placeWindow(at(0, 0, 1800, 1000), [tiny]).bounds).toEqual(tiny);
  });

  test('whatever was saved and whatever screens there are: on one of them, and wholly', () => {
    const pixel = fc.integer({ min: -5000, max: 5000 });
    const size = fc.integer({ min: 1, max: 5000 });
    const area = fc.record({
      x: pixel,
      y: pixel,
      width: fc.integer({ min: 640, max: 4000 }),
      height: fc.integer({ min: 480, max: 3000 }),
    });
    const saved = fc.record({
      bounds: fc.record({ x: pixel, y: pixel, width: size, height: size }),
      isMaximized: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.option(saved, { nil: undefined }),
        fc.array(area, { minLength: 1, maxLength: 3 }),
        (state, areas) => {
          const { x, y, width, height } = placeWindow(state, areas).bounds;
          return areas.some(
            (one) =>
              x >= one.x && y >= one.y && x + width <= one.x + one.width && y + height <= one.y + one.height,
          );
        },
      ),
    );
  });
});

test('a place that says nothing sensible is forgotten', () => {
  const read = (text: string | undefined) => readWindowState({ readText: () => text });
  expect(read(undefined)).toBeUndefined();
  for (const text of [
    '',
    'null',
    '{"bounds":{}}',
    '{"bounds":{"x":0,"y":0,"width":0,"height":1},"isMaximized":false}',
  ])
    expect(read(text), text).toBeUndefined();
  expect(read(JSON.stringify(at(1, 2)))).toEqual(at(1, 2));
});
