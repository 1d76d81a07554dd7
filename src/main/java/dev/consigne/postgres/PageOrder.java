package dev.consigne.postgres;

import dev.consigne.file.ListQuery;
import dev.consigne.file.SortOrder;
import dev.consigne.file.SortOrder.Position;

/** The order of a page in SQL, of files {@code f}: each is that of one index, from either end. */
final class PageOrder {
    private final SortOrder sort;

    PageOrder(SortOrder sort) {
        this.sort = sort;
    }

    /** Without {@code ORDER BY}. */
    String by() {
        String direction = sort.reversed() ? " DESC" : "";
        return sort.isByName() ? "f.name" + direction : key() + direction + ", f.name" + direction;
    }

    /** Without {@code ORDER BY}, of names {@code a.name} in an order by name. */
    String byNames() {
        return "a.name" + (sort.reversed() ? " DESC" : "");
    }

    /** What the index has beside the name, as one column more. */
    String position() {
        return sort.isByName() ? "" : ", " + key() + " AS position";
    }

    /** That a file is at the position of {@code n}: so the order of those is known to be its order. */
    String same() {
        return sort.isByName() ? "" : " AND " + key() + " = n.position";
    }

    /** That a file comes after the query's position. */
    String after(ListQuery query, Binds binds) {
        return query.after().map(after -> " AND " + beyond(after, binds)).orElse("");
    }

    /** Files of the bucket that the query's position leaves, and by name its prefix: what the order's index answers. */
    String within(ListQuery query, String bucketId, Binds binds) {
        return "f.bucket_id = " + bucketId + prefix(query, binds) + after(query, binds);
    }

    /** The same of a name {@code a.name}, in an order by name. */
    String withinNames(ListQuery query, Binds binds) {
        String prefix = query.prefix().isEmpty() ? "" : " AND " + prefixed("a.name", query.prefix(), binds);
        return prefix
                + query.after()
                        .map(after -> " AND a.name" + beyond() + binds.add(after.name()))
                        .orElse("");
    }

    /** The names that begin so. */
    static String prefixed(String name, String prefix, Binds binds) {
        PrefixRange range = PrefixRange.of(prefix);
        return name + " >= " + binds.add(range.from()) + " AND " + name + " < " + binds.add(range.before());
    }

    private String prefix(ListQuery query, Binds binds) {
        return query.prefix().isEmpty() || !sort.isByName() ? "" : " AND " + prefixed("f.name", query.prefix(), binds);
    }

    private String beyond() {
        return sort.reversed() ? " < " : " > ";
    }

    private String beyond(Position after, Binds binds) {
        String beyond = beyond();
        if (sort.isByName()) {
            return "f.name" + beyond + binds.add(after.name());
        }
        return "(" + key() + ", f.name)" + beyond + "(" + binds.add(after.value()) + "::text" + type() + ", "
                + binds.add(after.name()) + ")";
    }

    private String key() {
        return switch (sort.key()) {
            case NAME -> "f.name";
            case LENGTH -> "f.length";
            case CREATED_AT -> "f.created_at";
            case UPDATED_AT -> "f.updated_at";
            case MEDIA_TYPE -> "f.media_type COLLATE \"C\"";
        };
    }

    private String type() {
        return switch (sort.key()) {
            case LENGTH -> "::bigint";
            case CREATED_AT, UPDATED_AT -> "::timestamptz";
            case NAME, MEDIA_TYPE -> "";
        };
    }
}
