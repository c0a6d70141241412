/** Works offline after the first visit: the service worker, what the page says about it, and updates. */
import { part } from './elements.ts';
import type { Messages } from './messages.ts';

/** Called once the page works, so that the service worker finds all it keeps in the browser's cache already. */
export async function keepOffline(messages: Messages): Promise<void> {
  const chip = part('network', HTMLElement);
  let kept = false;

  function tell(): void {
    chip.hidden = navigator.onLine && !kept;
    chip.textContent = navigator.onLine ? 'Works offline' : 'You are offline';
    chip.dataset.kept = String(kept);
  }
  addEventListener('online', tell);
  addEventListener('offline', tell);
  tell();

  // Vite's development server has none.
  if (import.meta.env.MODE !== 'production' || !('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register('./service-worker.js');
    offerUpdates(registration, messages);
    await navigator.serviceWorker.ready;
    kept = true;
    tell();
  } catch {
    // Refused in some private windows: the page works, only not offline.
  }
}

function offerUpdates(registration: ServiceWorkerRegistration, messages: Messages): void {
  const offer = () => {
    const waiting = registration.waiting;
    // Without an old version in charge there is nothing to replace.
    if (waiting === null || navigator.serviceWorker.controller === null) return;
    messages.notify('A new version of this page is ready.', {
      name: 'Update',
      run() {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        waiting.postMessage('activate');
      },
    });
  };
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') offer();
    });
  });
  offer();
}
