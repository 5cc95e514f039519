import type { Refusal } from '../../contract/refusals.ts';
import { securityHeaders } from './page-files.ts';

const STYLE_PATH = '/refused.css';

const style = `:root { color-scheme: light; font: 18px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
body { margin: 0; padding: 3rem 4rem; background: #fff; color: #1a1a1a; }
h1 { font-size: 1.6rem; margin: 0 0 1.5rem; }
li { margin: 0 0 1.2rem; }
ul { list-style: none; margin: 0; padding: 0; max-height: 60vh; overflow: auto; }
strong { display: block; color: #a8071a; }
p.end { margin-top: 2rem; color: #595959; }
`;

/** The page that says why there is no office, in Chinese; it has no script and asks nobody anything. */
export function refusalPage(refusals: readonly Refusal[]): Response {
  const items = refusals.map(
    ({ message, next }) => `      <li><strong>${escaped(message)}</strong>${escaped(next)}</li>`,
  );
  const html = `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <title>站务窗口不能启动</title>
    <link rel="stylesheet" href=".${STYLE_PATH}" />
  </head>
  <body>
    <main>
    <h1>站务窗口不能启动</h1>
    <ul>
${items.join('\n')}
    </ul>
    <p class="end">关闭此窗口即结束程序。</p>
    </main>
  </body>
</html>
`;
  return new Response(html, {
    headers: { ...securityHeaders, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/** The style of that page, when `path` is its address. */
export function refusalStyle(path: string): Response | undefined {
  if (path !== STYLE_PATH) return undefined;
  return new Response(style, {
    headers: { ...securityHeaders, 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
