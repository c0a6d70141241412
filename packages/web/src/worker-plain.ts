/** The worker for pages without a bundler: it holds all but ONNX Runtime, which it is given the URL of. */
import { serve } from './worker.ts';

serve(({ runtimeUrl }) => import(/* @vite-ignore */ /* webpackIgnore: true */ runtimeUrl!));
