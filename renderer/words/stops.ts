/** Words of stops on the way. */
export const stopWords = {
  'stop.title': '到站',
  'stop.end': '终点',
  'stop.calls': '途经 {time}',
  'stop.count': '途中 {count} 站',
  'stop.wholeRun': '座位占至终点',
  'stop.way': '{stop}(途中站,开往{to})',
  'report.toStop': '其中到 {stop}',
  'key.stopNext': '下一到站',
  'key.stopBefore': '上一到站',
} as const;
