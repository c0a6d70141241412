/** Where `manifest.json` lies: what the model takes, what it returns, its hash and its impostor scores. */
export declare const manifestUrl: URL;
/** Where the strangers lie that a probe is held against. */
export declare const cohortUrl: URL;
/** Where the network lies. */
export declare const modelUrl: URL;
/** Where the manifest of the localiser lies, the network that finds a document in a photo. */
export declare const localiserManifestUrl: URL;
/** Where that network lies. */
export declare const localiserUrl: URL;
