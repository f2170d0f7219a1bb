import type { Connection } from '../device/connection.js';

/** @param keepsDraft whether the device keeps what is typed into the form on the screen: nothing else may be promised */
export function awayWords(connection: Exclude<Connection, 'open'>, keepsDraft: boolean): string {
  const stays = keepsDraft ? '已填内容保存在本机' : '请不要关闭页面';
  return connection === 'no-network' ? `没有网络，${stays}，网络恢复后自动继续。` : `连不上服务器，正在重新连接……${stays}。`;
}
