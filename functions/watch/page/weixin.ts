import { ask, countOf, textOf } from './api';
import type { PageData } from './pageData';

/** The part of WeChat's JS-SDK 1.6 that a share card needs. */
interface Weixin {
  config(options: object): void;
  ready(then: () => void): void;
  updateAppMessageShareData(card: object): void;
  updateTimelineShareData(card: object): void;
}

declare global {
  interface Window {
    wx?: Weixin;
  }
}

const script = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js';

/** Gives the page a card in WeChat: loads the JS-SDK and signs this address. Without it WeChat shows the bare link. */
export async function shareInWeixin(card: PageData['weixin'] & object): Promise<void> {
  const [signed] = await Promise.all([
    ask('/watch/weixinSignature', { url: window.location.href.replace(/#.*$/, '') }),
    loadScript(),
  ]);
  const { wx } = window;
  if (wx === undefined) return;
  wx.config({
    appId: textOf(signed['appId']),
    timestamp: countOf(signed['timestamp']),
    nonceStr: textOf(signed['nonceStr']),
    signature: textOf(signed['signature']),
    jsApiList: ['updateAppMessageShareData', 'updateTimelineShareData'],
  });
  wx.ready(() => {
    const { title, description: desc, link, picture: imgUrl } = card;
    wx.updateAppMessageShareData({ title, desc, link, imgUrl });
    wx.updateTimelineShareData({ title, link, imgUrl });
  });
}

function loadScript(): Promise<void> {
  return new Promise((resolve, reject) => {
    const loaded = document.createElement('script');
    loaded.src = script;
    loaded.addEventListener('load', () => resolve());
    loaded.addEventListener('error', () => reject(new Error('the JS-SDK did not load')));
    document.head.append(loaded);
  });
}
