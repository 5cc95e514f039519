/** Words of the station's host, its windows and their retirement. */
export const stationRefusals = {
  'host.unavailable': ['站级主机没有应答', '本窗口手中的座位可以继续售;恢复后自动补传。'],
  'host.wrongKey': [
    '{address} 上的主机公钥与 station.json 的 host.key 不符',
    '未发送任何内容;请核对主机状态页上的连接公钥,可能连到了另一台机器。',
  ],
  'host.rubbish': ['站级主机的应答不可信:{detail}', '请联系技术员;本窗口手中的座位可以继续售。'],
  'host.certificate': [
    '站级主机没有出示连接公钥',
    '请核对 station.json 的 host.address,可能连到了另一台机器。',
  ],
  'host.notEnrolled': [
    '本窗口尚未在站级主机登记',
    '请在主机上为本窗口取登记码,填入 station.json 的 host.enrolmentCode 后重新启动。',
  ],
  'host.enrolmentCode': [
    '登记码不对、已用过、已过期,或不是发给本窗口的',
    '请在主机上重新取登记码(24 小时内有效,只能用一次)。',
  ],
  'host.proof': ['登记签名不对', '请检查本机密钥;仍出现请联系技术员。'],
  'host.otherStation': [
    '窗口 {window} 不属于本主机的车站,或与主机的窗口号相同',
    '请改正 station.json 的车站和窗口号。',
  ],
  'host.secondKey': ['窗口号 {window} 已由另一台电脑登记', '请先在那台电脑上办理退役,或由站长注销后再登记。'],
  'host.retired': ['本窗口已退役', '请在主机上为接替的电脑另取登记码。'],
  'host.ordinal': ['账本序号 {ordinal} 已被本窗口号的另一个账本使用', '请联系技术员。'],
  'host.holdsConflict': [
    '班次 {departureId} 的座位主机已分给别处,本窗口又自行持有,不能并入',
    '请等该班次开出后再登记,或由站长核对两边已售的票。',
  ],
  'host.listen': [
    '站级主机不能在 {address} 上服务:{detail}',
    '请改正 station.json 的 host.listen 后重新启动。',
  ],
  'host.noNetwork': ['本程序不能使用站内网络', '请用桌面版或 npm run host 启动。'],
  'host.noCity': ['站级主机没有配置城市平台', '请联系技术员。'],
  'host.changed': ['station.json 的主机与登记时的不同', '确要更换主机请填入新主机发的登记码后重新启动。'],
  'host.frozen': [
    '主机接替后,{frozenThrough} 及以前的班次座位尚未解冻',
    '各窗口手中的座位可以继续售;各窗口都报到后由站长解冻。',
  ],
  'host.nothingFrozen': ['没有需要解冻的座位', '请刷新页面。'],
  'host.windowsMissing': [
    '以下窗口还没有报到,账本也没有读回:{windows}',
    '请等它们连上,或读回账本,或由站长和另一人签字注销;磁盘已毁、读不回的,解冻时写明窗口号并签字。',
  ],
  'host.notReadBack': [
    '原主机的账本还没有读回',
    '请先读回原主机的账本;磁盘已毁、城市平台也没有的,解冻时写明原主机的窗口号,由站长和另一人签字。',
  ],
  'host.diskNotGone': [
    '{window} 号窗口已在本主机报到或就是本机,不能声明它的磁盘已毁',
    '请核对窗口号;那台电脑确已停用,请先注销。',
  ],
  'host.unsoldUnread': [
    '{window} 号窗口没有在本主机报到,账本也没有读回,无法证明哪些座位没有售出',
    '请先读回它的账本,或不勾选“账本已读完”再注销:座位冻结到开出为止。',
  ],
  'host.twoHosts': [
    '本窗口原来登记在另一台主机({host}),手中还有它分的座位;一个车站只能有一台主机',
    '原主机还在用,请把 station.json 改回原主机;原主机确已停用,请在新主机写明 takesOver 后重新启动。',
  ],
  'host.nothingLost': [
    '城市平台没有 {window} 的记录',
    '请核对窗口号;没有上传过的无从读回,磁盘也毁了的,解冻时写明窗口号并签字。',
  ],
  'host.notHost': ['本窗口不是站级主机', '请到主机上办理。'],
  'host.unknownWindow': ['主机没有登记这个窗口:{window}', '请刷新列表。'],
  'host.unknownSubject': ['主机不能回答:{subject}', '请把主机和窗口升级到同一版本。'],
  'seat.poolEmpty': ['本站已没有可分配的座位', '请改选班次。'],
  'seat.held': [
    '按生效的预案,主机暂停向窗口分配这个班次的座位和车位',
    '本窗口手中的可以继续售;售完请改选班次。',
  ],
  'backup.busy': ['正在备份', '请等这一份做完。'],
  'backup.failed': ['备份没有做成:{detail}', '账本没有受影响;请检查磁盘空间后重试。'],
  'backup.secondMissing': [
    '第二份备份放不成:找不到文件夹 {folder}',
    '本机那一份不受影响。请插好 U 盘或接好那个盘,确认文件夹在,再备份一次;改位置请改 station.json 的 backup.folder。',
  ],
  'backup.secondFull': [
    '第二份备份放不成:{folder} 剩 {free} 兆字节,要 {needed} 兆字节',
    '本机那一份不受影响。请换一个盘,或清出空间后再备份一次。',
  ],
  'backup.secondReadOnly': [
    '第二份备份放不成:{folder} 不能写入({detail})',
    '本机那一份不受影响。请检查写保护和权限后再备份一次。',
  ],
  'backup.secondFailed': [
    '第二份备份放不成:{detail}',
    '本机那一份不受影响。请检查那个盘后再备份一次;没有放成的半份已删去。',
  ],
  'backup.secondHere': [
    '第二个备份文件夹 {folder} 就在数据文件夹里,坏了会一起坏',
    '请把 station.json 的 backup.folder 改到另一个盘或 U 盘上。',
  ],
  'backup.unknown': ['没有这份备份:{name}', '请刷新列表。'],
  'reserve.atHost': ['留座由站级主机掌握', '请站长在主机上放出。'],
  'reserve.unknown': ['这个班次没有“{purpose}”留座', '请刷新列表。'],
  'reserve.released': ['“{purpose}”留座已经放出', '请刷新列表。'],
  'reason.missing': ['请写明原因', '原因记入账本,稽核会看。'],
  'window.number': ['窗口号应为 1 至 99 的整数', '请改正。'],
  'window.writtenOff': [
    '站级主机已把本机注销(两人签字),不再接受售票',
    '请停止售票并交班;通知值班站长,核对注销后本机所售的票。',
  ],
  'window.draining': ['本窗口正在退役,已停止售票', '请到其他窗口售票;取消退役请找站长或技术员。'],
  'window.notDraining': ['本窗口没有在退役', '请先开始退役。'],
  'window.retireBlocked': ['还不能退役:{detail}', '办完后再点退役。'],
  'window.retired': ['本窗口已退役,密钥已清除', '这台电脑不能再用这个数据目录售票;请换新目录并重新登记。'],
  'window.retiredWaiting': ['本窗口已退役,等最后的记录送达', '送达后自动清除密钥,请勿关机。'],
} as const satisfies Record<string, readonly [message: string, next: string]>;
