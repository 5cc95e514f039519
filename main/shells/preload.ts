/** Runs in the sandboxed page before its own scripts, and gives it two functions: nothing else of Electron gets through. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { BRIDGE_NAME, CALL_CHANNEL, EVENT_CHANNEL } from './bridge.ts';

contextBridge.exposeInMainWorld(BRIDGE_NAME, {
  call: (request: unknown): Promise<unknown> => ipcRenderer.invoke(CALL_CHANNEL, request),
  onEvent(listener: (message: unknown) => void): () => void {
    const hear = (_event: IpcRendererEvent, message: unknown): void => listener(message);
    ipcRenderer.on(EVENT_CHANNEL, hear);
    return () => void ipcRenderer.off(EVENT_CHANNEL, hear);
  },
});
