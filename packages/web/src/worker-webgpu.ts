/** The worker for a graphics processor. A file of its own, so that nobody else loads the larger build. */
import * as ort from 'onnxruntime-web/webgpu';
import { serve } from './worker.ts';

serve(async () => ort);
