/** What the double is to play, given by the test in `ELECTRON_DOUBLE` as JSON. */
export interface Settings {
  data: string;
  switches: Record<string, string>;
  isPackaged: boolean;
  isFirstInstance: boolean;
  displays: { id: number; x: number; y: number; width: number; height: number }[];
  keyStore: {
    isAvailable: boolean;
    backend: 'basic_text' | 'gnome_libsecret' | 'kwallet' | 'kwallet5' | 'kwallet6' | 'unknown';
    /** Another key inside: nothing sealed before opens. */
    secret: string;
    shouldReEncrypt: boolean;
  };
}

export const usualSettings: Omit<Settings, 'data'> = {
  switches: {},
  isPackaged: true,
  isFirstInstance: true,
  displays: [{ id: 1, x: 0, y: 0, width: 1920, height: 1080 }],
  keyStore: { isAvailable: true, backend: 'gnome_libsecret', secret: 'of this PC', shouldReEncrypt: false },
};
