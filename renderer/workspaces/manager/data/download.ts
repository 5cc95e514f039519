import type { OfficeInput } from '../../../../contract/office.ts';
import type { OfficeClient, Reply } from '../../../client/office-client.ts';

/** Fetches an exported file in parts and gives it to the browser to save; answers with its name. */
export async function download(
  client: OfficeClient,
  params: OfficeInput<'data.export'>,
): Promise<Reply<string>> {
  const begun = await client.call('data.export', params);
  if (!begun.ok) return begun;
  const { exportId, parts, fileName } = begun.value;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let n = 0; n < parts; n += 1) {
    const part = await client.call('data.exportPart', { exportId, n });
    if (!part.ok) return part;
    pieces.push(Uint8Array.from(atob(part.value.base64), (letter) => letter.codePointAt(0) ?? 0));
  }
  const url = URL.createObjectURL(new Blob(pieces));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
  return { ok: true, value: fileName };
}
