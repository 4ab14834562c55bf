// @ts-check
import { messages } from "../language.js";

/** Messages that several pages use. */
export const common = messages({
  loading: ["Loading …", "正在加载……"],
  notLoaded: ["This page could not be loaded", "无法加载本页"],
  notFound: ["There is nothing at this address", "此地址没有内容"],
  tryNow: ["Try now", "立即重试"],
  live: ["Live · {time}", "实时 · {time}"],
  asOf: ["As of {time}", "截至 {time}"],
  stale: ["As of {time} · trying again", "截至 {time} · 正在重试"],
  requestId: ["request {id}", "请求 {id}"],
  copy: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  close: ["Close", "关闭"],
  cancel: ["Cancel", "取消"],
  typeName: ["Type {name} to confirm", "请输入 {name} 以确认"],
  save: ["Save", "保存"],
  done: ["Done", "完成"],
  remove: ["Remove", "删除"],
  more: ["{name}: more", "{name}：更多"],
  actions: ["Actions", "操作"],
  asTable: ["Show as table", "以表格显示"],
  you: ["you", "您"],
  aFew: ["a few", "少量"],
  about: ["about {n}", "约 {n}"],
  search: ["Search", "搜索"],
  all: ["all", "全部"],
  never: ["never", "从未"],
  none: ["–", "–"],
  today: ["Today", "今天"],
  unreachable: ["The server cannot be reached.", "无法连接服务器。"],
  staleTitle: ["The data below could not be renewed", "以下数据未能更新"],
  previous: ["Newer", "较新"],
  next: ["Older", "较早"],
  readOnly: ["You may read this page, not change it.", "您可以查看本页，但不能修改。"],
});

/** The words of standings. */
export const standings = messages({
  ready: ["Ready", "可用"],
  resting: ["Resting", "暂停"],
  spent: ["Spent", "已用尽"],
  revoked: ["Refused", "被拒绝"],
  off: ["Off", "已关闭"],
  until: ["until {time}", "至 {time}"],
});

/** The words of the navigation. */
export const navigation = messages({
  skip: ["Skip to content", "跳到内容"],
  main: ["Main", "主导航"],
  more: ["More", "更多"],
  operate: ["Operate", "运维"],
  menu: ["{name}: menu", "{name}：菜单"],
  profile: ["Profile", "个人资料"],
  status: ["Status page", "状态页"],
  language: ["中文", "English"],
  theme: ["Theme: {theme}", "主题：{theme}"],
  system: ["system", "跟随系统"],
  light: ["light", "浅色"],
  dark: ["dark", "深色"],
  logOut: ["Log out", "退出登录"],
  opened: ["{title} opened", "已打开{title}"],
  notAllowed: ["Only operators may open this page.", "只有运维人员可以打开本页。"],
  returning: ["+{step} at {time}", "{time} 恢复 +{step}"],
  keys: ["Keyboard", "键盘"],
  keysOpen: ["opens {page}", "打开{page}"],
  keysSearch: ["goes to the search field", "转到搜索框"],
  keysClose: ["closes a dialog or a menu", "关闭对话框或菜单"],
  keysArrows: ["move in menus and tabs", "在菜单和标签中移动"],
  keysHelp: ["shows this list", "显示此列表"],
});
