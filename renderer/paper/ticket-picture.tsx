import type { OfficeOutput } from '../../contract/office.ts';
import { columnsOfText, type SheetPart } from '../../contract/ticket-layout.ts';
import { qrCellDots, qrModules } from '../../contract/encoding/qr-code.ts';

/** A printer's dots: 12 a column, 24 a line of text, 5 a module of the QR. */
const COLUMN = 12;
const LINE = 24;
const LEADING = 6;
/** Paper around the printed width. */
const MARGIN = 24;

interface Placed {
  part: SheetPart;
  top: number;
  height: number;
  modules: boolean[][];
  /** Dots a module of the QR. */
  cell: number;
}

/** A ticket as it comes out of this window's printer, from the same lines: see `sales.paper`. `label` names it for screen readers. */
export function TicketPicture({ paper, label }: { paper: OfficeOutput<'sales.paper'>; label: string }) {
  const width = paper.columns * COLUMN;
  const placed: Placed[] = [];
  let top = MARGIN;
  for (const part of paper.parts) {
    const modules = part.kind === 'qr' ? (qrModules(part.payload) ?? []) : [];
    const cell = qrCellDots(modules.length, width);
    const height =
      part.kind === 'qr'
        ? modules.length * cell + 4 * LEADING
        : part.kind === 'line'
          ? LINE * part.size + LEADING
          : LINE;
    placed.push({ part, top, height, modules, cell });
    top += height;
  }
  return (
    <svg
      className="ticket-picture"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width + 2 * MARGIN} ${top + MARGIN}`}
      data-paper={paper.paperWidthMm}
    >
      <rect width="100%" height="100%" fill="#fff" />
      <g
        transform={`translate(${MARGIN} 0)`}
        fill="#000"
        fontFamily="'Noto Sans Mono CJK SC', 'NSimSun', 'SimSun', monospace"
      >
        {placed.map((one) => (
          <Part key={one.top} placed={one} width={width} />
        ))}
      </g>
    </svg>
  );
}

function Part({ placed: { part, top, height, modules, cell }, width }: { placed: Placed; width: number }) {
  switch (part.kind) {
    case 'line': {
      const size = LINE * part.size;
      const length = columnsOfText(part.text) * COLUMN * part.size;
      return (
        <text
          x={part.align === 'centre' ? (width - length) / 2 : 0}
          y={top + size * 0.88}
          fontSize={size}
          fontWeight={part.bold ? 700 : 400}
          textLength={length}
          lengthAdjust="spacingAndGlyphs"
          style={{ whiteSpace: 'pre' }}
          data-part="line"
        >
          {part.text}
        </text>
      );
    }
    case 'rule':
      return (
        <line
          x1={0}
          x2={width}
          y1={top + height / 2}
          y2={top + height / 2}
          stroke="#000"
          strokeWidth={2}
          strokeDasharray="8 4"
          data-part="rule"
        />
      );
    case 'qr':
      return (
        <path
          d={pathOf(modules, cell, (width - modules.length * cell) / 2, top + 2 * LEADING)}
          data-part="qr"
        />
      );
    case 'cut':
      return (
        <line
          x1={-MARGIN}
          x2={width + MARGIN}
          y1={top + height / 2}
          y2={top + height / 2}
          stroke="#888"
          strokeDasharray="2 6"
          data-part="cut"
        />
      );
  }
}

/** A square for each dark module. */
function pathOf(modules: readonly boolean[][], cell: number, left: number, top: number): string {
  return modules
    .flatMap((row, y) =>
      row.map((isDark, x) =>
        isDark ? `M${left + x * cell} ${top + y * cell}h${cell}v${cell}h-${cell}z` : '',
      ),
    )
    .join('');
}
