package dev.consigne.bulk;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Sha256;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A wish to change many files of a bucket.
 *
 * @param key what the client calls it; with it, the same wish becomes one task however often it is sent
 */
public record BulkOrder(BucketName bucket, Selection selection, BulkChange change, Optional<IdempotencyKey> key) {
    public BulkOrder {
        if (selection instanceof Selection.Prefix from
                && change instanceof BulkChange.Move to
                && to.bucket().orElse(bucket).equals(bucket)
                && to.prefix().startsWith(from.prefix())) {
            throw new ServiceException(
                            ErrorCode.INVALID_BODY,
                            "The files would be moved to where they are selected from, again and again: '" + to.prefix()
                                    + "' begins with '" + from.prefix() + "'.")
                    .with("pointer", "/to/prefix");
        }
    }

    /** Two wishes with one key and different fingerprints are different wishes. */
    public Sha256 fingerprint() {
        String what = change instanceof BulkChange.Tag tag ? new TreeMap<>(tag.patch()).toString() : change.toString();
        return Sha256.over(String.join("\0", bucket.value(), selection.toString(), what));
    }
}
