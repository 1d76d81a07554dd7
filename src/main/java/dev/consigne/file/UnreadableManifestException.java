package dev.consigne.file;

/**
 * The content has a manifest, and nobody understands it: a tool wrote it, or it is damaged. Never to be taken for a content
 * without one, whose upload was not complete and whose chunks may go.
 */
public final class UnreadableManifestException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MAX_REASON = 200;

    public UnreadableManifestException(RuntimeException cause) {
        super("the manifest cannot be read: " + reason(cause), cause);
    }

    private static String reason(RuntimeException cause) {
        String reason = String.valueOf(cause.getMessage());
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }
}
