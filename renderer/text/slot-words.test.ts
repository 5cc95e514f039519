import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../contract/office.ts';
import { readerStateOf, slotWords } from './slot-words.ts';

const device = (
  kind: DeviceStatus['kind'],
  state: DeviceStatus['state'],
  deviceId: string = kind,
): DeviceStatus => ({ deviceId, kind, state, paper: 'unknown', text: '' });

describe('the words of the empty slot', () => {
  it('ask for the card while a reader can read one', () => {
    for (const state of ['ready', 'paused', 'attention'] as const) {
      expect(readerStateOf([device('printer', 'fault'), device('id-reader', state)])).toBe('usable');
    }
    expect(slotWords({ reader: 'usable', capture: undefined, isHere: false })).toEqual({
      text: '放上身份证即可加一人',
      key: null,
    });
    expect(slotWords({ reader: 'usable', capture: undefined, isHere: true })).toEqual({
      text: '放上身份证,或直接输入证件号',
      key: null,
    });
  });

  it('say what is wrong with the reader, and that the number is typed, by which key', () => {
    const said = {
      absent: '读卡器没有应答:请输入证件号',
      fault: '读卡器故障:请输入证件号',
      starting: '读卡器启动中:请输入证件号',
    };
    for (const [state, text] of Object.entries(said)) {
      const reader = readerStateOf([device('id-reader', state as DeviceStatus['state'])]);
      expect(slotWords({ reader, capture: undefined, isHere: false })).toEqual({
        text,
        key: 'pane.passengers',
      });
      expect(slotWords({ reader, capture: undefined, isHere: true })).toEqual({
        text,
        key: 'passengers.type',
      });
    }
    const none = readerStateOf([device('printer', 'ready'), device('scanner', 'ready')]);
    expect(slotWords({ reader: none, capture: undefined, isHere: true }).text).toBe(
      '未接读卡器:请输入证件号',
    );
  });

  it('go by the reader that works, where there are two', () => {
    const two = [device('id-reader', 'absent', 'a'), device('id-reader', 'ready', 'b')];
    expect(readerStateOf(two)).toBe('usable');
  });

  it('name the second person where the rules ask for one', () => {
    expect(slotWords({ reader: 'absent', capture: 'typedWithSecond', isHere: true })).toEqual({
      text: '读卡器没有应答:请输入证件号,另一人朗读',
      key: 'passengers.type',
    });
    expect(slotWords({ reader: 'usable', capture: 'typedWithSecond', isHere: true })).toEqual({
      text: '放上身份证;输入证件号须另一人朗读',
      key: null,
    });
  });

  it('never ask for typing where the rules forbid it', () => {
    for (const reader of ['usable', 'absent', 'fault', 'starting', 'none'] as const)
      for (const isHere of [true, false]) {
        const { text, key } = slotWords({ reader, capture: 'read', isHere });
        expect(text, `${reader} ${isHere}`).not.toContain('输入证件号');
        expect(key).toBeNull();
      }
    expect(slotWords({ reader: 'absent', capture: 'read', isHere: false }).text).toBe(
      '读卡器没有应答;须读证,请找值班站长',
    );
  });
});
