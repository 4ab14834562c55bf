// @ts-check
import { messages } from "../language.js";

/** Messages of Settings. */
export const settings = messages({
  title: ["Settings", "设置"],
  lede: ["{all} settings, {given} of them given here. They come from the environment, then from the file .env, and are read at the start: a change needs a restart.", "共 {all} 项设置，其中 {given} 项已设置。先取环境变量，再取 .env 文件，启动时读取；修改后需要重新启动。"],
  searchHint: ["Name or what it does", "名称或作用"],
  show: ["Which settings", "显示哪些设置"],
  everything: ["All", "全部"],
  given: ["Given here", "已设置"],
  secrets: ["Secrets", "密钥"],
  copy: ["Copy as .env", "复制为 .env"],
  setting: ["Setting", "设置"],
  value: ["Value", "值"],
  from: ["From", "来源"],
  does: ["What it does", "作用"],
  default: ["default", "默认"],
  environment: ["environment", "环境变量"],
  file: ["file {file}", "文件 {file}"],
  defaultIs: ["default {value}", "默认 {value}"],
  empty: ["empty", "空"],
  isSet: ["set", "已设置"],
  notSet: ["not set", "未设置"],
  former: ["Former name; use {name}.", "旧名称，请改用 {name}。"],
  foot: ["Secrets are never shown, only whether they are set.", "密钥从不显示，只显示是否已设置。"],
  nothing: ["No setting matches", "没有符合条件的设置"],
  nothingReason: ["Change the search.", "请修改搜索条件。"],
});
