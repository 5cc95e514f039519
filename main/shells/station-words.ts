import type { z } from 'zod';

const kinds: Record<string, string> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  object: '一组字段 { … }',
  array: '列表 [ … ]',
};

/** Formats of `station.json` in words; another format is shown as its pattern. */
const formats: Record<string, string> = {
  '^\\d{4}$': '4 位数字',
  '^[a-z0-9-]{1,64}$': '1 到 64 个小写字母、数字或连字符',
  '^[a-z0-9-]{1,32}$': '1 到 32 个小写字母、数字或连字符',
  '^[a-z0-9][a-z0-9-]{0,31}$': '1 到 32 个小写字母、数字或连字符,不以连字符开头',
  '^(\\[[0-9a-fA-F:]{2,39}\\]|[A-Za-z0-9.-]{1,253}):\\d{1,5}$':
    '主机:端口,例如 192.168.1.10:7400(站内连接总是加密,不写 http:// 或 tcp://)',
  '^(?:\\/|[A-Za-z]:[\\\\/]|\\\\\\\\)': '完整路径,例如 /media/usb/backup 或 E:\\backup',
  '^[A-Za-z0-9_-]{43}$': '43 个字的公钥',
  '^scrypt\\$\\d+\\$\\d+\\$\\d+\\$[A-Za-z0-9_-]+\\$[A-Za-z0-9_-]+$': 'scrypt$N$r$p$盐$摘要',
};

const NO_DTR_DSR =
  'DTR/DSR 不能用:请在打印机上改为 XON/XOFF,或用把打印机 DTR 接到电脑 CTS 的数据线并写 "rtscts"';

/** What a field should have been, in Chinese, for a person with the file open in an editor. Never repeats the value. */
export function expectedInChinese(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `缺少,应为${kind}` : `应为${kind}`;
    }
    case 'invalid_value': {
      const choices = issue.values.map((value) => JSON.stringify(value)).join('、');
      const words = issue.values.length === 1 ? `应为 ${choices}` : `应为 ${choices} 之一`;
      if (issue.path?.at(-1) === 'flow') return `${words};${NO_DTR_DSR}`;
      return issue.input === undefined ? `缺少,${words}` : words;
    }
    case 'too_small':
      return issue.origin === 'string'
        ? `至少 ${issue.minimum} 个字`
        : bound('应不小于', '至少', issue.origin, issue.minimum);
    case 'too_big':
      return issue.origin === 'string'
        ? `最多 ${issue.maximum} 个字`
        : bound('应不大于', '最多', issue.origin, issue.maximum);
    case 'invalid_format': {
      if (issue.format === 'url') return '应为 http:// 或 https:// 开头的地址';
      const pattern = (issue.pattern ?? '').replace(/^\/|\/[a-z]*$/g, '');
      return `应为 ${formats[pattern] ?? `符合 ${pattern} 的文字`}`;
    }
    case 'unrecognized_keys':
      return '没有这个字段,请删除或改正拼写';
    case 'invalid_union':
      return issue.path?.at(-1) === 'kind'
        ? '应为 "id-reader"、"printer"、"scanner" 之一'
        : '内容不对,请对照说明文档';
    default:
      return '内容不对,请对照说明文档';
  }
}

function bound(ofNumber: string, ofList: string, origin: string, limit: number | bigint): string {
  return origin === 'array' ? `${ofList} ${limit} 项` : `${ofNumber} ${limit}`;
}

/** The rules that the contract adds to single fields, in Chinese. */
export function ruleInChinese(path: readonly PropertyKey[]): string {
  if (path.at(-1) === 'devices') return '设备编号不能重复';
  if (path.at(-1) === 'path') return '应为一个端口,例如 /dev/ttyUSB0、COM3 或 tcp://主机:端口';
  if (path.at(-1) === 'flow') return '网络打印机(tcp://)不用流控,请删除这一项';
  return '内容不对,请对照说明文档';
}
