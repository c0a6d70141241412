/** The usual worker: the small build of ONNX Runtime. */
import * as ort from 'onnxruntime-web/wasm';
import { serve } from './worker.ts';

serve(async () => ort);
