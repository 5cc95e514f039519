import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { batchLimits } from '../../city/batch-limits.ts';
import { onBothEngines, refusalOf } from './engines.ts';
import { KitWindow } from './window-kit.ts';

onBothEngines('batches that nobody signed', ({ city, newWindow, send, take, count }) => {
  it('are refused by their head alone: what stands behind it is not read', async () => {
    const window = await newWindow();
    window.open();
    const stranger = new KitWindow(window.window);
    const rubbish = { text: (text: string) => `${text}${'{}\n'.repeat(300_000)}` };
    const unsigned = window.batch(1, 1, [], { key: stranger.privateKey, ...rubbish });
    expect(refusalOf(await send(unsigned))).toBe('city.signature');
    expect(refusalOf(await send(window.batch(1, 1, [], rubbish))), 'signed').toBe('city.batchShape');
    const nobody = new KitWindow('nobody/02');
    nobody.open();
    expect(refusalOf(await send(nobody.batch(1, 1, [], rubbish)))).toBe('city.unknownWindow');
    const opens = { text: (text: string) => `${text}${'\n'.repeat(batchLimits.textBytes)}` };
    expect(refusalOf(await send(window.batch(1, 1, [], opens)))).toBe('request.tooLarge');
  });

  it('a head that names more entries than a batch may have, or none, is refused at once', async () => {
    const window = await newWindow();
    window.open();
    const more = { head: { to: batchLimits.entries + 1 } };
    expect(await send(window.batch(1, 1, [], more))).toMatchObject({
      id: `1-${batchLimits.entries + 1}`,
      refusal: { code: 'request.tooLarge' },
    });
    expect(refusalOf(await send(window.batch(1, 1, [], { head: { from: 2, to: 1 } })))).toBe(
      'city.batchShape',
    );
  });

  it('a batch in many gzip members is read wherever the first of them ends', async () => {
    const window = await newWindow();
    window.open();
    // Texts that pack badly, of every length near the border of what is opened first.
    const noise = (length: number): string =>
      Array.from({ length: Math.ceil(length / 64) }, (_, at) =>
        createHash('sha256').update(`${length} ${at}`).digest('hex'),
      )
        .join('')
        .slice(0, length);
    for (let n = 0; n < 80; n += 1) window.addText(noise(4_000 + n));
    for (let seq = 1; seq <= window.lastSeq; seq += 1) {
      const text = window.batchText(seq, seq);
      const end = text.indexOf('\n') + 1;
      const border = end + 2_900 + 4 * seq;
      const members = [text.slice(0, end), text.slice(end, border), text.slice(border)];
      const gzip = Buffer.concat(members.filter((one) => one !== '').map((one) => gzipSync(one)));
      expect((await take(gzip)).ackSeq).toBe(seq);
    }
    expect(await count(window, 'entries')).toBe(window.lastSeq);
  });

  it('hold nothing up and wait for nothing: the row of the window is not locked for them', async () => {
    if (city().store.engine === 'pglite') return;
    const window = await newWindow();
    window.open();
    const stranger = new KitWindow(window.window);
    const unsigned = window.batch(1, 1, [], { key: stranger.privateKey });
    const answer = await city().store.transaction(async (sql) => {
      await sql.query('select 1 from windows where window_id = $1 for update', [window.window]);
      const late = new Promise<string>((resolve) => setTimeout(() => resolve('waits'), 3_000).unref());
      return Promise.race([send(unsigned).then(refusalOf), late]);
    });
    expect(answer).toBe('city.signature');
  });
});
