import { z } from 'zod';
import { stationRefusals } from './refusals/station.ts';
import { peopleRefusals } from './refusals/people.ts';
import { ticketRefusals } from './refusals/after-sale.ts';
import { afterSaleRefusals, planRefusals } from './refusals/plans.ts';

/**
 * The closed list of refusals and their Chinese words: `message` says what is wrong, `next` what to do now.
 * `{name}` stands for a value given with the refusal. Add a row here before a desk may refuse with it.
 */
export const refusalCatalogue = {
  // Shape and access
  ...peopleRefusals,
  'request.shape': ['请求格式不对:{detail}', '请重试;仍出现请联系技术员。'],
  'request.unknownMethod': ['没有这个功能:{method}', '请刷新页面;仍出现请联系技术员。'],
  'request.commandIdMissing': ['本操作缺少操作编号', '请关闭本窗体重新打开后再做。'],
  'request.commandIdUnexpected': ['查询不应带操作编号', '请刷新页面;仍出现请联系技术员。'],
  'request.tooLarge': ['请求过大', '请减少内容后重试。'],
  'text.personal': ['说明文字里不能有旅客的姓名或证件号码', '请删去后再提交;要指明是谁,写票号。'],
  'command.differs': ['同一操作编号已用于另一笔内容不同的操作', '请清空本单,重新录入后再提交。'],
  'access.signInFirst': ['尚未登录', '请先输入工号和口令登录。'],
  'access.role': ['当前岗位无权办理', '请由有权限的人员登录后办理。'],
  'access.wrongPin': ['工号或口令不对', '请重新输入;忘记口令请找值班站长。'],
  'access.token': ['登录链接无效或已用过', '请在本机用 npm run host -- --new-token 取得新链接。'],
  'access.session': ['页面会话已失效', '请在本机用 npm run host -- --new-token 取得新链接。'],
  'access.origin': ['此来源无权访问本窗口', '请用本机的登录链接打开页面。'],
  // Shifts
  'shift.notOpen': ['尚未开班', '请先清点备用金并开班。'],
  'shift.alreadyOpen': ['本窗口已有未交的班(工号 {clerkNumber})', '请先交班,再开新班。'],
  'shift.paper': ['请清点剩余票纸', '填写张数或卷数,没有填 0。'],
  'shift.own': ['这是您自己的班', '请直接交班。'],
  'shift.otherClerk': ['这一班属于工号 {clerkNumber}', '请由该售票员交班,或请班长代为交班。'],
  // Identity documents
  'document.checkDigit': ['证件号码校验位不对', '请核对原件,逐位重新输入。'],
  'document.length': ['居民身份证号码应为 18 位,现为 {length} 位', '请核对原件后重新输入。'],
  'document.characters': ['证件号码含有不允许的字符', '前 17 位应为数字,末位为数字或 X。'],
  'document.province': ['证件号码前两位 {prefix} 不是有效的省级代码', '请核对原件后重新输入。'],
  'document.birthDate': ['证件号码中的出生日期不存在:{birth}', '请核对原件后重新输入。'],
  'document.birthFuture': ['证件号码中的出生日期晚于今天:{birth}', '请核对原件后重新输入。'],
  'document.residenceNumber': [
    '永久居留证号码应为 9 开头的 18 位,或 3 个字母加 12 位数字',
    '请核对原件后重新输入。',
  ],
  'document.name': ['姓名不完整或含有不允许的字符', '请按证件原样输入姓名。'],
  'document.expired': ['证件已过有效期({validTo})', '请旅客出示有效证件。'],
  'document.unreadable': ['证件没有读出来', '请取下证件,平放不动再读;仍不行请核对原件后手工录入。'],
  'document.passportNumber': [
    '护照号码不完整或含有不允许的字符',
    '应为 5 至 9 位字母或数字,请核对原件后重新输入。',
  ],
  'document.mrzShape': ['证件机读码没有扫描完整', '请把证件放平,从头再扫一次;仍不行请手工录入。'],
  'document.mrzCheck': ['证件机读码校验不符', '请再扫一次;仍不行请核对原件后手工录入。'],
  'document.mrzKind': ['这种证件不能扫描录入', '请放到读卡器上读取,或核对原件后手工录入。'],
  'scanner.ticketQr': ['票面二维码不完整或被改动', '请再扫一次;仍不行请按票号查询,不要凭此码放行。'],
  'holder.gone': ['旅客信息已过十分钟保留期', '请重新读证或重新录入该旅客。'],
  'holder.hasTicket': ['该证件已有本班次的票:{ticketNumber}', '一证一票;请核对旅客或改选班次。'],
  'holder.twice': ['同一证件在本单出现两次', '请移除重复的旅客。'],
  'document.kindOff': ['本站不凭“{name}”售票', '请旅客出示其他有效证件。'],
  'document.kindUnknown': ['没有这种证件:{kind}', '请从证件种类中选择。'],
  'document.format': ['“{name}”的号码不合格式:应为 {form}', '请核对原件后重新输入。'],
  'document.office': ['“{name}”须登记签发机关', '请输入签发机关,例如:朱家尖派出所。'],
  'document.birthTyped': ['出生日期不对:{birth}', '请按证件输入 8 位数字,例如 20180607。'],
  'document.noApproval': ['本单没有须班长或值班站长核准的证件', '请去掉第二人签字后再收款。'],
  'document.approval': [
    '“{name}”须班长或值班站长核准',
    '请班长或值班站长核对原件,输入其工号和口令后再收款。',
  ],
  // Departures, seats, fares, money
  'departure.unknown': ['没有这个班次:{departureId}', '请刷新班次表后重选。'],
  'departure.left': ['班次已开({time})', '请改选后面的班次。'],
  'departure.saleEnded': ['开船(车)前 {minutes} 分钟已停止售票', '请改选后面的班次。'],
  'departure.notOnSaleYet': ['该日期尚未开售', '请选择预售期内的日期。'],
  'feed.wrong': ['班次资料有误:{detail}', '仍用原有班次资料;请联系城市平台。'],
  'timetable.none': ['还没有班次资料', '请等待城市平台下发,或联系技术员。'],
  'seat.noneHeld': ['本窗口手中座位不足:需要 {wanted},剩余 {left}', '请减少人数或改选班次。'],
  'fare.unknown': ['该班次没有此票种的票价', '请改选票种;票价缺失请告知值班站长。'],
  'fare.childAge': ['年龄 {age} 岁,不符合儿童票条件', '按全票出售;身高符合请选择“身高”作为依据。'],
  'fare.childAgeUnknown': [
    '证件上没有出生日期,不能按年龄出售儿童票',
    '身高符合请选择“身高”作为依据;否则按全票出售。',
  ],
  'fare.childAdult': ['年龄 {age} 岁,成年人不适用儿童票', '请按全票出售。'],
  'fare.childBasisMissing': ['儿童票须注明依据:年龄或身高', '请选择依据后再收款。'],
  'fare.childTooOld': [
    '年龄 {age} 岁,不符合免票儿童条件',
    '按儿童票或全票出售;身高符合请选择“身高”作为依据。',
  ],
  'fare.proofMissing': ['该票种须查验{proof}', '请查验后再选择该票种;没有请按全票出售。'],
  'fare.tooYoung': ['该票种须年满 {years} 岁', '请按全票出售。'],
  'fare.ageUnknown': ['证件上没有出生日期,不能按年龄出售该票种', '请录入出生日期,或按全票出售。'],
  'stop.notSold': ['该班次不售到这一站的票', '请改选停靠站或终点,或改选其他班次。'],
  'stop.mixed': ['所选车票的到站不同', '请按到站分开办理。'],
  'fare.driverOnly': ['随车驾驶员票只售给本单车辆的驾驶员', '请先录入车辆,或改选票种。'],
  'child.adultMissing': ['免票儿童须由本单的成人携带', '请先录入成人;儿童不能单独乘坐。'],
  'child.perAdult': ['一名成人只能免费携带 {most} 名儿童', '请按儿童票出售,或由另一名成人携带。'],
  'child.quota': ['本班次免票儿童名额已满:剩余 {left}', '请按儿童票出售,或改选班次。'],
  'vehicle.none': ['该班次不载车', '请改选车客渡班次,或移除车辆。'],
  'vehicle.saleEnded': ['开船前 {minutes} 分钟已停止售车票({time} 开)', '请改选后面的班次,或移除车辆。'],
  'vehicle.typeUnknown': ['没有这种车型', '请按行驶证从车型中选择。'],
  'vehicle.dangerous': ['载运危险货物的车辆不得与旅客同船', '不能售票;请车主联系承运人安排专船。'],
  'vehicle.plate': ['车牌号码不合格式', '应为省份简称、字母和 5 至 6 位字母或数字,最多 8 位,例如:浙L12345。'],
  'vehicle.length': ['车长不对', '请按行驶证输入车长(米),例如 4.8。'],
  'vehicle.hasTicket': ['该车已有本班次的车票:{ticketNumber}', '请核对车牌或改选班次。'],
  'vehicle.twice': ['同一车牌在本单出现两次', '请移除重复的车辆。'],
  'vehicle.driverMissing': ['车辆须有驾驶员,驾驶员须在本单购票', '请先录入驾驶员。'],
  'vehicle.driverTwice': ['一名驾驶员只能驾驶一辆车', '请为另一辆车选择驾驶员。'],
  'vehicle.fareUnknown': ['该航线没有此车长的“{type}”票价', '请核对车型和车长;票价缺失请告知值班站长。'],
  'vehicle.wholeRun': ['车票不售到途中站“{stop}”', '请改售到终点,或移除车辆。'],
  'vehicle.noRoom': ['本窗口手中车辆舱位不足', '请改选班次,或移除车辆。'],
  'vehicle.tooMany': ['一单最多 {most} 辆车', '请分单出售。'],
  'head.noneHeld': [
    '本窗口手中载客定额不足:需要 {wanted},剩余 {left}',
    '免票儿童也计入定额;请减少人数或改选班次。',
  ],
  'fare.changed': ['票价已变化:现为 {totalYuan} 元', '请核对新票价后重新收款。'],
  'money.short': ['实收 {tenderedYuan} 元,少于应收 {totalYuan} 元', '请收足票款后再确认。'],
  'sale.empty': ['本单没有旅客', '请先读证或录入旅客。'],
  'sale.numbersUsed': ['本窗口今日票号已用完', '请到其他窗口售票。'],
  'sale.tooMany': ['一单最多 {most} 人', '请分单出售。'],
  'departure.frozen': [
    '换账本前可能已售过该班次,{frozenThrough} 及以前的班次座位已冻结',
    '请改选以后的班次,或到其他窗口购票;解冻请找值班站长。',
  ],
  'window.fenced': [
    '本窗口已被封存:同一账本在另一处也在记账,城市平台不再接收第 {seq} 条起的记录',
    '请停止售票,关闭另一台机器,通知值班站长和技术员;已售的票仍可打印、查询和交班。',
  ],
  'window.behind': [
    '城市平台的记录比本机账本多(本机只到第 {ledgerSeq} 条),本机可能是恢复的旧备份',
    '请停止售票,通知值班站长和技术员;已售的票仍可打印、查询和交班。',
  ],
  'succession.unconfirmed': ['原账本不完整,本窗口已另立新账,尚未确认', '请先阅读换账说明并确认,再售票。'],
  'succession.none': ['没有需要确认的换账', '请刷新页面。'],
  // Basic data
  'data.notAuthority': ['基础资料由 {window} 统一维护', '请在该窗口修改;本窗口自动更新。'],
  'data.wrong': ['资料检查不通过:{errors} 处错误', '整批没有生效;请按标出的位置逐处改正后再提交。'],
  'data.nothing': ['与现有资料相同,没有可改的内容', '无需操作。'],
  'data.past': ['生效时间已过', '请选择以后的时间,或立即生效。'],
  'data.tooFar': ['生效时间最多提前 {days} 天', '请选择较近的时间。'],
  'data.tooLarge': ['一次改动过大', '请分成几个文件导入。'],
  'data.unknownChange': ['没有这次改动', '请刷新列表。'],
  'data.inEffect': ['这次改动已经生效,不能撤回', '请另做一次改动改回。'],
  'data.undoneBefore': ['这次改动已经撤回', '请刷新列表。'],
  'data.document': ['收到的基础资料不可信:{detail}', '继续使用现有资料;请联系站内主机的技术员。'],
  'data.older': ['收到的基础资料比现有的旧({version})', '继续使用现有资料。'],
  'data.importNone': ['没有正在导入的文件,可能已超过 {minutes} 分钟', '请重新选择文件。'],
  'data.importBusy': ['另一位人员正在导入', '请稍后再试。'],
  'data.importOrder': ['文件没有传完整', '请重新选择文件。'],
  'data.importRead': ['文件还没有读取', '请先读取并核对预览。'],
  'data.importSize': ['文件超过 {most} MB', '请拆成几个文件。'],
  'data.importKind': ['只能导入 CSV 或 XLSX 文件', '旧格式(.xls)或加密文件请另存为 .xlsx 或 .csv。'],
  'data.importText': ['文件文字编码不是 UTF-8 或 GB18030', '请用表格软件另存为“CSV UTF-8”。'],
  'data.importBroken': ['文件损坏或不完整:{detail}', '请重新导出文件。'],
  'data.importBomb': ['文件展开后过大', '请确认来源;正常文件请拆成几个。'],
  'data.importRows': ['超过 {most} 行', '请拆成几个文件。'],
  'data.importTable': ['认不出这是哪一种资料', '请选择资料种类,或使用模板的表头。'],
  'data.previewOld': ['预览之后资料已变化', '请重新预览再确认。'],
  'data.exportNone': ['导出的文件已过期', '请重新导出。'],
  // Gate and passenger list
  'gate.notOpen': ['这个班次还没有开始检票', '请先开检票口。'],
  'gate.nobodyChosen': ['还没有选人', '在名单上用 ↑ ↓ 选,或输入姓名、票号后几位,再按 Ins。'],
  'gate.notStanding': ['还没有选班次', '请先选班次开检,再放证件。'],
  'gate.openAlready': ['这个班次已在{gate}开检', '请选择该检票口继续。'],
  'gate.closedAlready': ['这个班次已停止检票', '确要放人请重新开检,关闭时另出一份名单。'],
  'gate.othersOpen': [
    '{gates}还在检这个班次,名单要等最后一个检票口停检',
    '请在那里停检;那里联系不上时,确认无人再上,再选“不等其他检票口”。',
  ],
  'gate.left': ['班次 {time} 已开', '不能再开检票口。'],
  'gate.stillSelling': ['这个班次还在售票,名单不能封存', '{time} 停售后再停检;要提前停检,请先停售该班次。'],
  'gate.noRight': [
    '本窗口没有检票权,站级主机不给旅客名单',
    '请站长在主机的“窗口”页选中本窗口,按 G 开通;或到有检票权的窗口检票。',
  ],
  'gate.rightOfHost': ['站级主机自己总可以检票', '请选其他窗口。'],
  'gate.reconciled': ['这个班次已核对人数', '不能再检票;有出入请联系值班站长。'],
  'gate.otherDeparture': ['这张票不是本班次的', '请核对班次。'],
  'boarding.unknown': ['没有这张票', '不要放行;请到人工通道核对证件和票号。'],
  'boarding.unknownApart': [
    '主机没有连上,本机名单里没有这张票',
    '可能是刚售出的票;请到人工通道核对票面和证件,或等连上主机再检。',
  ],
  'boarding.documentWithoutTicket': ['该证件没有票', '不要放行;请旅客出示购票时的证件,或到窗口购票。'],
  'boarding.digits': ['请输入票号,或至少后 4 位', '只输入数字;也可以扫票面二维码或放证件。'],
  'boarding.ambiguous': ['尾号 {suffix} 对上 {count} 张票', '请多输几位,或让旅客出示证件。'],
  'boarding.void': ['此票已作废', '不要放行;请旅客到窗口办理。'],
  'boarding.refunded': ['此票已退', '不要放行;请旅客到窗口购票。'],
  'boarding.refundPending': ['此票正在退票', '不要放行;请旅客到窗口办理。'],
  'boarding.permitOut': [
    '票 …{suffix} 正在 {window} 号窗口办理{act}',
    '现在不要放行;请稍候再检一次,或请旅客到该窗口。',
  ],
  'boarding.replaced': ['此票已改签或补办,旧票作废', '不要放行;请旅客出示新票。'],
  'boarding.replacedBy': ['此票已改签或补办为 {ticketNumber}', '不要放行;请旅客出示新票。'],
  'boarding.aboard': ['此票已检:{time},{gate}', '一票只能检一次;请核对是否同一人。'],
  'boarding.otherDate': ['这是 {date} {time} 的票', '请旅客按票面日期乘坐,或到窗口改签。'],
  'boarding.pastDate': ['这是 {date} {time} 的票,已过期', '不要放行;请旅客到窗口办理。'],
  'boarding.otherDeparture': ['这是 {time} 另一班次的票', '请旅客按票面班次候检。'],
  'boarding.otherGate': ['请到{gate}检票({time} 班次)', '请指引旅客。'],
  'boarding.gateClosed': ['本班次已停止检票', '晚到旅客请到窗口改签或退票。'],
  'boarding.departed': ['本班次 {time} 已开', '晚到旅客请到窗口改签或退票。'],
  'boarding.withAdult': ['免票儿童须与成人同检', '请先检成人的票,儿童随之放行。'],
  'boarding.full': ['已到核定载客 {licence} 人', '一个人也不能再放;请立即报告值班站长。'],
  'boarding.training': ['这是练习票', '不要放行。'],
  'boarding.refusedEarlier': ['当时没有放行', '请再检一次。'],
  'boarding.notAboard': ['这张票没有检过', '无需撤销。'],
  'boarding.otherOffice': ['这张票是在另一窗口的{gate}检的', '请到该检票口撤销。'],
  'manifest.none': ['还没有封存的名单', '请先停检。'],
  'manifest.folder': ['不能写到文件夹 {folder}:{detail}', '请选择数据目录以外的完整路径,如 U 盘。'],
  'manifest.noPdf': ['本机没有可用来生成 PDF 的浏览器', '请改用 Excel,或打开名单页另存为 PDF。'],
  'manifest.pdfFailed': ['PDF 没有生成:{detail}', '请重试,或改用 Excel。'],
  'manifest.noPrinter': ['打印机没有就绪', '请检查打印机,或改用 A4 打印。'],
  'sailing.notClosed': ['这个班次还没有停检,没有可核对的名单', '请先停检。'],
  'sailing.reasonMissing': ['清点 {counted} 人,检票 {boarded} 人,{amount} 人', '请写明原因。'],
  'gate.notSelling': ['这个班次已经不在售票', '可以停检。'],
  'departure.hasLeft': ['该班次已开出', '请改选后面的班次。'],
  'departure.leftAlready': ['该班次已登记开出({time})', '无需再登记;请刷新。'],
  'departure.leftTime': ['开出时刻须在今天、且不晚于现在', '请改正时刻。'],
  'departure.saleStopped': ['该班次已停售', '请改选后面的班次。'],
  'departure.gateClosed': ['该班次已停检', '请改选后面的班次。'],
  // Printing and devices
  'print.unknownTicket': ['没有这张票的打印记录', '请刷新列表后再试。'],
  'print.notUnknown': ['这张票的打印结果已经确定', '请刷新列表。'],
  'print.ended': ['这张票已退、改签或作废,不再打印', '纸票坏了的,请按 Z 记作废;在手里的请收回。'],
  'print.underWay': [
    '这张票的纸票还没有打完',
    '请等它打出来,打印机没有就绪的先处理打印机;按 F9 看打印结果,打出来不能用的再重打。',
  ],
  'print.unsettled': [
    '这张票第 {copy} 张纸票的打印结果还没有核对',
    '请按 F9 选中这张票:票在手里、内容完整按 Y,没有或残缺按 P 作废重打,不再要的按 Z 记作废。',
  ],
  'print.newerSheet': [
    '这张票后来打了第 {copy} 张,不再重打这一张',
    '这一张在手里按 Y,没有或残缺按 Z 记作废;第 {copy} 张也不能用的,先把它记作废。',
  ],
  'print.nothingToSpoil': ['这张票现在没有可作废的纸票', '正在打印的请等结果出来;已经作废的不必再办。'],
  'print.noSuchPrinter': ['没有这台打印机', '请刷新页面后再试;仍出现请检查设备配置。'],
  'print.printerNotReady': ['打印机未就绪:{detail}', '请检查打印机后再试。'],
  'device.unknown': ['没有这个设备:{deviceId}', '请检查 station.json 中的设备配置。'],
  // Configuration and ledger
  'station.json': ['station.json 第 {path} 项不对:{expected}', '请改正后重新启动。'],
  'station.notJson': ['station.json 不是有效的 JSON:{detail}', '请改正后重新启动。'],
  'folder.locked': ['数据目录正被另一个程序使用:{holder}', '请先关闭它,再启动本程序。'],
  'folder.notWritable': ['数据目录不能写入:{detail}', '请检查目录权限和磁盘空间后重新启动。'],
  'ledger.newer': [
    '账本由更新的程序写成(需要 {needed},本程序 {own})',
    '请安装新版程序后再打开;账本未被改动。',
  ],
  'ledger.older': [
    '账本比最后记录旧(账本 {ledgerSeq},记录 {anchorSeq}),可能是恢复的旧备份',
    '请勿售票;请联系技术员处理。',
  ],
  'ledger.broken': ['账本校验不通过(第 {seq} 条)', '请勿售票;请联系技术员处理。'],
  'ledger.foreign': ['账本属于另一个窗口({window})', '请检查 station.json 的窗口号和数据目录。'],
  'keys.missing': ['找不到本机密钥,无法打开已封存的资料', '请勿售票;请联系技术员从恢复密钥找回。'],
  'keys.broken': ['本机密钥文件损坏', '请勿售票;请联系技术员。'],
  'keys.storeUnavailable': [
    '系统密钥库不可用:{detail}',
    '请勿售票;请登录系统桌面、解锁密钥库后重新启动,仍不行请联系技术员。',
  ],
  'keys.inSystemStore': [
    '本机密钥保存在系统密钥库中,浏览器方式不能打开',
    '请用桌面版站务窗口打开;要改用浏览器方式或无界面主机,请技术员用原来的系统用户运行 station-office --key=file --data=数据文件夹,再启动。',
  ],
  'keys.notInStore': ['本机密钥不在系统密钥库中', '不用移出,可以直接用浏览器方式或无界面主机启动。'],
  'disk.failed': ['写入账本失败,本单没有成立', '请勿收款;检查磁盘后重试,仍不行请联系技术员。'],
  // Shells
  'host.option': ['启动参数不对:{detail}', '请用 npm run host -- --help 查看参数。'],
  'host.portTaken': ['端口 {port} 已被其他程序占用', '请换一个端口,或去掉 --port 由程序选择。'],
  'host.notRunning': ['这个数据目录没有正在运行的站务窗口', '请先启动程序,再取登录链接。'],
  'host.noPage': ['页面还没有构建', '请运行 npm run build,或用 npm start 启动。'],
  'trial.notReady': ['试用设备没有启动:{detail}', '请稍候再试;仍不行请重新启动程序。'],
  // City
  'city.batchShape': ['上传批次格式不对(第 {line} 行:{detail})', '请联系技术员。'],
  'city.unknownWindow': ['城市平台没有登记这个窗口:{window}', '请先用登记码登记。'],
  'city.secondHost': [
    '本站已有主机({window}),一个车站只能有一台主机',
    '本机不再分座位;请站长核实:原主机在用就把本机改为窗口,确已停用就两人签字解冻。',
  ],
  'city.otherStation': ['不是同一车站的窗口:{window}', '请核对窗口号。'],
  'city.signature': ['上传批次签名不对', '请检查窗口密钥;可能有另一台机器使用同一窗口号。'],
  'city.chain': ['上传的记录与前一条不相连(第 {seq} 条)', '请联系技术员核对账本。'],
  'city.gap': ['上传的记录不连续:平台已有 {have},收到 {from}', '请从平台已有处重新上传。'],
  'city.fork': [
    '同一编号(第 {seq} 条)出现两份不同的记录,窗口账本分叉',
    '请停止售票,并通知值班站长和技术员。',
  ],
  'city.ordinal': ['账本序号 {ordinal} 已被另一个账本使用', '请联系技术员。'],
  'city.enrolmentCode': ['登记码不对、已用过或已过期', '请向城市平台索取新的登记码。'],
  'city.secondKey': ['该窗口已登记了另一把密钥', '请先在城市平台注销旧机器。'],
  'city.noFeed': ['城市平台没有这个车站的班次资料:{station}', '请联系城市平台。'],
  'city.entryShape': ['记录内容不合格:{detail}', '请由站内更正后补报。'],
  'city.identityMissing': ['缺少旅客身份资料', '请由站内更正后补报。'],
  'city.identityDigest': ['旅客身份资料与记录不符', '请由站内更正后补报。'],
  'city.identityNumber': ['旅客证件号码不合格', '请由站内核对后更正补报。'],
  'city.stationCode': [
    '车站代码 {code} 不属于车站 {station}',
    '记录都已保存,但不计入售票;请技术员核对车站代码,并联系城市平台。',
  ],
  'city.ticketNumber': ['票号不合格', '请由站内更正后补报。'],
  'city.ticketTwice': ['票号重复:{ticketNumber}', '请由站内核对后更正补报。'],
  'city.weekKeyMissing': ['缺少 {week} 的密钥,身份资料暂存', '无需操作,平台收到密钥后自动处理。'],
  'city.unknownKind': ['平台尚不认识这类记录:{kind}', '无需操作,已原样保存。'],
  'city.unavailable': ['城市平台没有应答', '不影响售票;恢复后自动补传。'],
  'city.busy': ['城市平台正忙', '不影响售票;稍后自动补传。'],
  'city.rubbish': [
    '城市平台的应答不可信:{detail}',
    '不影响售票,未作任何记录;请检查网络,仍出现请联系技术员。',
  ],
  'city.captivePortal': [
    '收到的是网页,不是城市平台的应答(可能要先登录上网)',
    '不影响售票,未作任何记录;请用浏览器登录网络,或联系技术员。',
  ],
  'city.slow': ['线路太慢,{seconds} 秒内没有传完', '不影响售票;自动改用更小的批次重传。'],
  'city.certificate': [
    '城市平台的证书不可信:{detail}',
    '不影响售票,未发送任何内容;请核对本机日期和 station.json 的 city.ca,仍出现请联系技术员。',
  ],
  'city.ca': ['城市平台的 CA 证书无效:{detail}', '请改正 station.json 的 city.ca 后重新启动。'],
  'city.caChanged': [
    'station.json 的 CA 证书与登记时的不同',
    '不影响售票,未发送任何内容;确要更换请填入新的登记码后重新启动。',
  ],
  'city.plainHttp': [
    '城市平台地址不是本机,必须使用 https:{host}',
    '请改正 station.json 的 city.url 后重新启动。',
  ],
  'city.notEnrolled': ['本窗口尚未在城市平台登记', '不影响售票;请把登记码填入 station.json 后重新启动。'],
  'city.feedBad': ['城市平台下发的班次资料不可信:{detail}', '继续使用上次的资料;请联系城市平台。'],
  'city.feedSlow': ['班次资料没有取完', '继续使用上次的资料;稍后自动再取。'],
  'city.predecessor': ['所接续的前一账本与平台所存不符(第 {seq} 条)', '请联系技术员核对两个账本。'],
  'city.totalsDiffer': [
    '{date} 与城市平台对账不符:本窗口 {here},平台 {there}',
    '不影响售票;请通知值班站长和技术员核对。',
  ],
  // Batches carried by hand
  'link.folder': ['不能读写文件夹 {folder}:{detail}', '请检查 U 盘是否插好、是否写保护、空间是否足够。'],
  'link.answerBad': ['应答文件不可信:{detail}', '未作任何记录;请在城市平台重新导入并取回应答文件。'],
  'link.answerForeign': ['应答文件属于另一个窗口或账本', '请核对文件是否拿错。'],
  'link.answerEarly': [
    '应答文件跳号:本窗口已确认到第 {have} 条,文件从第 {from} 条起',
    '请先导入前面的应答文件。',
  ],
  ...stationRefusals,
  // Trial
  'trial.unknownPerson': ['试用名单中没有 {person}', '请从试用面板选择。'],
  ...planRefusals,
  ...afterSaleRefusals,
  ...ticketRefusals,
  // Defects
  defect: ['程序内部错误,编号 {incident}', '本操作没有生效;请重试,仍出现请把编号告诉技术员。'],
} as const satisfies Record<string, readonly [message: string, next: string]>;

export type RefusalCode = keyof typeof refusalCatalogue;

const codes = Object.keys(refusalCatalogue) as [RefusalCode, ...RefusalCode[]];

/** One refusal type everywhere: a closed code, the field it is about, Chinese text and what to do next. */
export const refusalSchema = z.strictObject({
  code: z.enum(codes),
  field: z.string().max(200).optional(),
  message: z.string(),
  next: z.string(),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** A refusal with its words filled in. A placeholder without a value is a defect and throws. */
export function refuse(
  code: RefusalCode,
  values: Record<string, string | number> = {},
  field?: string,
): Refusal {
  const [message, next] = refusalCatalogue[code];
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new TypeError(`refusal ${code} needs a value for ${name}`);
      return String(value);
    });
  const refusal: Refusal = { code, message: fill(message), next: fill(next) };
  return field === undefined ? refusal : { ...refusal, field };
}

/** Either a value or the refusal that stands in its place. An expected refusal is a value, never an exception. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export const accepted = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refused = (
  code: RefusalCode,
  values: Record<string, string | number> = {},
  field?: string,
): { ok: false; refusal: Refusal } => ({ ok: false, refusal: refuse(code, values, field) });

/** Fen as yuan with two decimals, for words and screens: 3050 → `30.50`. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : '';
  const whole = Math.abs(fen);
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}
