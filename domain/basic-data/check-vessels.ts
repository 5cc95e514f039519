import type { DataSet, VesselRow } from '../../contract/basic-data/tables.ts';
import type { Problems } from './problem.ts';

/** Each vessel and vehicle by itself: seats within the licensed capacity, each once; one kind of vehicle capacity. */
export function checkVessels(data: DataSet, problems: Problems): void {
  for (const vessel of data.vessels) {
    seatMap(vessel, problems);
    seatClasses(vessel, problems);
    if (vessel.vehiclePlaces !== null && vessel.laneMetres !== null)
      problems.error('vessels', vessel, 'laneMetres', 'vessel.cars');
  }
}

/** Seat numbers of a drawing, row by row. */
export function seatsDrawn(vessel: Pick<VesselRow, 'seatMap'>): number[] {
  return vessel.seatMap.flatMap((row) =>
    row
      .split(' ')
      .filter((cell) => cell !== '_')
      .map(Number),
  );
}

function seatMap(vessel: VesselRow, problems: Problems): void {
  const seen = new Set<number>();
  for (const seat of seatsDrawn(vessel)) {
    if (seat < 1 || seat > vessel.capacity) {
      problems.error('vessels', vessel, 'seatMap', 'vessel.seatNone', { seat, capacity: vessel.capacity });
      return;
    }
    if (seen.has(seat)) {
      problems.error('vessels', vessel, 'seatMap', 'vessel.seatTwice', { seat });
      return;
    }
    seen.add(seat);
  }
  if (vessel.numberedSeats && seen.size > 0 && seen.size !== vessel.capacity) {
    problems.error('vessels', vessel, 'seatMap', 'vessel.seatGap', {
      count: seen.size,
      capacity: vessel.capacity,
    });
  }
}

function seatClasses(vessel: VesselRow, problems: Problems): void {
  const ranges: { from: number; to: number }[] = [];
  for (const text of vessel.seatClasses) {
    const [name, from, to] = classOf(text);
    if (from < 1 || to > vessel.capacity || to < from) {
      problems.error('vessels', vessel, 'seatClasses', 'vessel.seatNone', {
        seat: from < 1 ? from : to,
        capacity: vessel.capacity,
      });
    } else if (ranges.some((range) => from <= range.to && range.from <= to)) {
      problems.error('vessels', vessel, 'seatClasses', 'vessel.classOverlap', { name });
    }
    ranges.push({ from, to });
  }
}

function classOf(text: string): [name: string, from: number, to: number] {
  const [name = '', range = ''] = text.split(':');
  const [from = 0, to = 0] = range.split('-').map(Number);
  return [name, from, to];
}
