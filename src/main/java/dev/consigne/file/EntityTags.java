package dev.consigne.file;

import java.util.List;

/**
 * What {@code If-Match} and {@code If-None-Match} name: any state at all, or the states with one of these tags (RFC 9110,
 * sections 13.1.1 and 13.1.2).
 *
 * @param any {@code *}: whatever there is
 * @param tags as they stand in the header, {@code W/} and quotes included; empty if any is meant
 */
public record EntityTags(boolean any, List<String> tags) {
    /** {@code *}. */
    public static final EntityTags ANY = new EntityTags(true, List.of());

    public EntityTags {
        tags = List.copyOf(tags);
    }

    /** These tags. */
    public static EntityTags of(List<String> tags) {
        return new EntityTags(false, tags);
    }

    /** Strong comparison (section 8.8.3.2): a weak tag matches nothing. */
    boolean matchStrongly(String entityTag) {
        return any || tags.contains(entityTag);
    }

    /** Weak comparison: whether the opaque tags are equal. */
    boolean matchWeakly(String entityTag) {
        return any || tags.contains(entityTag) || tags.contains("W/" + entityTag);
    }
}
