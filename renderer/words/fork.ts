/** After a fork: the tickets of the other copy, on every screen of a fenced window. */
export const forkWords = {
  'fork.total': '平台另存了分叉后的票 {count} 张,其中 {doubled} 张与别的票重座或重号:',
  'fork.seat': '{date} {time} 座位 {seat}:{number} 与 {other}',
  'fork.number': '票号 {number} 出了两张:{one}、{two}',
  'fork.place': '{date} {time} 座位 {seat}',
  'fork.free': '{date} {time} 散座',
} as const;
