/** Where `manifest.json` lies: what the model takes, what it returns, its hash and its impostor scores. */
export declare const manifestUrl: URL;
/** Where the network lies. */
export declare const modelUrl: URL;
