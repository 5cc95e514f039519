/** Everybody of the demo's station. All made up; a PIN given by the manager is changed at the first sign-in. */
export const manager = { number: '0001', name: '测试站', pin: '314159' } as const;

export const staff = [
  { number: '0101', name: '测试甲', roles: ['clerk'], pin: '508264' },
  { number: '0102', name: '样例乙', roles: ['clerk'], pin: '619375' },
  { number: '0103', name: '测试丙', roles: ['clerk'], pin: '720486' },
  { number: '0104', name: '样例丁', roles: ['clerk'], pin: '286173' },
  { number: '0201', name: '测试检', roles: ['gate'], pin: '831597' },
  { number: '0301', name: '样例班', roles: ['shiftLeader'], pin: '942608' },
  { number: '0901', name: '样例审', roles: ['auditor'], pin: '153719' },
] as const;

export const clerks = staff.filter(({ roles }) => roles[0] === 'clerk');
export const gateKeeper = staff[4];
export const shiftLeader = staff[5];
export const auditor = staff[6];
