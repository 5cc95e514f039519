/** The desks after the sale and the work list; what `plans.ts` has of fee rules and permits is beside it. */
export const ticketRefusals = {
  'tickets.notFound': ['没有找到这样的票', '请核对票号或证件;其他窗口售出的票须与站级主机连通才能查到。'],
  'tickets.ambiguous': ['尾号 {suffix} 对应{count}张票', '请多输几位,或扫票面二维码。'],
  'tickets.digits': ['票号尾数须为 4 到 20 位数字', '请重新输入,或扫票面二维码。'],
  'tickets.askWhat': ['没有说明要查哪张票', '请刷证件、扫二维码或输入票号。'],
  'tickets.mixed': ['一次只能办理同一班次的票', '请按班次分开办理。'],
  'tickets.otherWindow': [
    '这张票是{window}号窗口售出的,不能在这里办这项业务',
    '请到原窗口办理,或按遗失补票办理。',
  ],
  'tickets.party': ['同行的票须一起改签:{ticketNumber}', '请把同行的儿童、车辆和驾驶员一起选上。'],
  'tickets.drawer': ['钱箱里现有 {cashYuan} 元,不够退 {backYuan} 元', '请先加备用金,或请旅客到其他窗口。'],
  'tickets.tendered': ['收款 {tenderedYuan} 元,少于应补 {collectYuan} 元', '请补足后再办理。'],
  'tickets.notOwed': ['这张票没有待领的退票款', '请核对票号。'],
  'tickets.identityGone': ['这张票的旅客信息已按期限删除,不能出新票', '可按规则退票。'],
  'tickets.requestUnknown': ['没有这个登记号,或已经撤回', '请核对登记号。'],
  'tickets.requested': ['这张票已登记,编号 {requestNumber}', '恢复联系后按该编号办理。'],
  'tickets.inContact': ['现在能联系上主机,不需要登记', '请直接办理。'],
  'feeRules.none': ['本站没有可用的退改规则', '请技术员检查 plans/fee-rules.yaml;未采用任何费率。'],
  'worklist.noRight': ['这个班次的旅客没有免费退改的权利', '请先设置班次状态,或按规则逐张办理。'],
  'worklist.nothing': ['这个班次没有要处理的票', '请刷新工作单。'],
  'worklist.places': ['余位不够', '请另选班次,或为其余旅客免费退票。'],
} as const;
