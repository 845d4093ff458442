/** The official package has no types of its own; these are the parts the tests compare with. */
declare module 'tls-sig-api-v2/TLSSigAPIv2.js' {
  export class Api {
    constructor(sdkAppId: number, key: string);
    genUserSig(userId: string, expire: number): string;
    genPrivateMapKey(userId: string, expire: number, roomId: number, privilegeMap: number): string;
    genPrivateMapKeyWithStringRoomID(
      userId: string,
      expire: number,
      roomId: string,
      privilegeMap: number,
    ): string;
  }
}
