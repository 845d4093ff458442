import { weixinSign } from '../../../shared/signing/weixinSign';

describe('weixinSign', () => {
  const printed = {
    ticket: 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg',
    nonceStr: 'Wm3WZYTPz0wzccnW',
    timestamp: 1414587457,
    url: 'http://mp.weixin.qq.com?params=value',
  };

  test('[official-doc] the example of the JS-SDK document', () => {
    expect(weixinSign(printed)).toBe('0f9de62fce790f9a083d5c99e95740ceb90c27ed');
  });

  test('the fragment of the address is not signed, everything else is', () => {
    expect(weixinSign({ ...printed, url: `${printed.url}#top` })).toBe(weixinSign(printed));
    for (const change of [{ url: `${printed.url}2` }, { ticket: 'x' }, { nonceStr: 'x' }, { timestamp: 1 }]) {
      expect(weixinSign({ ...printed, ...change })).not.toBe(weixinSign(printed));
    }
  });

  test.each([{ ticket: '' }, { url: '' }])('refuses %j', (change) => {
    expect(() => weixinSign({ ...printed, ...change })).toThrow(TypeError);
  });
});
