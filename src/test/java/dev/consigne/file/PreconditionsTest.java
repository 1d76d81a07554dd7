package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Preconditions.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RFC 9110, section 13.2.2: which condition is looked at, and in which order. */
class PreconditionsTest {
    private static final Instant CHANGED = Instant.parse("2026-11-06T08:49:37.500Z");
    private static final Instant SAME_SECOND = Instant.parse("2026-11-06T08:49:37Z");
    private static final Instant BEFORE = Instant.parse("2026-11-06T08:49:36Z");
    private static final Instant AFTER = Instant.parse("2036-11-06T08:49:38Z");
    private static final Validators NOW = new Validators("\"now\"", CHANGED);
    private static final EntityTags OURS = EntityTags.of(List.of("\"x\"", "\"now\""));
    private static final EntityTags WEAK = EntityTags.of(List.of("W/\"now\""));
    private static final EntityTags OTHER = EntityTags.of(List.of("\"then\"", "W/\"then\""));

    @Test
    void withoutConditionsEverythingMayBeDone() {
        assertThat(Preconditions.NONE.forRead(NOW)).isEqualTo(Verdict.PROCEED);
        Preconditions.NONE.requireForChange(Optional.of(NOW));
        Preconditions.NONE.requireForChange(Optional.empty());
    }

    @Test
    void matchComparesStrongly() {
        assertThat(match(OURS).forRead(NOW)).isEqualTo(Verdict.PROCEED);
        assertThat(match(EntityTags.ANY).forRead(NOW)).isEqualTo(Verdict.PROCEED);
        assertThat(match(WEAK).forRead(NOW)).isEqualTo(Verdict.FAILED);
        assertThat(match(OTHER).forRead(NOW)).isEqualTo(Verdict.FAILED);
    }

    @Test
    void noneMatchComparesWeakly() {
        assertThat(noneMatch(OURS).forRead(NOW)).isEqualTo(Verdict.NOT_MODIFIED);
        assertThat(noneMatch(WEAK).forRead(NOW)).isEqualTo(Verdict.NOT_MODIFIED);
        assertThat(noneMatch(EntityTags.ANY).forRead(NOW)).isEqualTo(Verdict.NOT_MODIFIED);
        assertThat(noneMatch(OTHER).forRead(NOW)).isEqualTo(Verdict.PROCEED);
    }

    @Test
    void datesAreComparedByTheSecond() {
        assertThat(modifiedSince(BEFORE).forRead(NOW)).isEqualTo(Verdict.PROCEED);
        assertThat(modifiedSince(SAME_SECOND).forRead(NOW)).isEqualTo(Verdict.NOT_MODIFIED);
        assertThat(modifiedSince(AFTER).forRead(NOW)).isEqualTo(Verdict.NOT_MODIFIED);
        assertThat(unmodifiedSince(BEFORE).forRead(NOW)).isEqualTo(Verdict.FAILED);
        assertThat(unmodifiedSince(SAME_SECOND).forRead(NOW)).isEqualTo(Verdict.PROCEED);
    }

    @Test
    void aTagOutweighsTheDateOfTheSameKind() {
        assertThat(of(OURS, null, null, BEFORE).forRead(NOW)).isEqualTo(Verdict.PROCEED);
        assertThat(of(null, OTHER, AFTER, null).forRead(NOW)).isEqualTo(Verdict.PROCEED);
    }

    @Test
    void whatMustHoldOutweighsWhatIsKnown() {
        assertThat(of(OTHER, OURS, null, null).forRead(NOW)).isEqualTo(Verdict.FAILED);
        assertThat(of(OURS, OURS, null, null).forRead(NOW)).isEqualTo(Verdict.NOT_MODIFIED);
    }

    @Test
    void aChangeNeedsTheStateItAsksFor() {
        match(OURS).requireForChange(Optional.of(NOW));
        match(EntityTags.ANY).requireForChange(Optional.of(NOW));
        noneMatch(OTHER).requireForChange(Optional.of(NOW));
        unmodifiedSince(SAME_SECOND).requireForChange(Optional.of(NOW));

        assertFails(match(OTHER), Optional.of(NOW));
        assertFails(match(WEAK), Optional.of(NOW));
        assertFails(noneMatch(OURS), Optional.of(NOW));
        assertFails(noneMatch(WEAK), Optional.of(NOW));
        assertFails(noneMatch(EntityTags.ANY), Optional.of(NOW));
        assertFails(unmodifiedSince(BEFORE), Optional.of(NOW));
    }

    @Test
    void whatIsNotThereMatchesNothing() {
        noneMatch(EntityTags.ANY).requireForChange(Optional.empty());
        noneMatch(OURS).requireForChange(Optional.empty());
        unmodifiedSince(BEFORE).requireForChange(Optional.empty());

        assertFails(match(EntityTags.ANY), Optional.empty());
        assertFails(match(OURS), Optional.empty());
    }

    @Test
    void aChangeIsNotGuardedByWhatIsForReads() {
        assertThat(Preconditions.NONE.guardsChange()).isFalse();
        assertThat(modifiedSince(BEFORE).guardsChange()).isFalse();
        modifiedSince(AFTER).requireForChange(Optional.of(NOW));
        assertThat(match(OURS).guardsChange()).isTrue();
        assertThat(noneMatch(OURS).guardsChange()).isTrue();
        assertThat(unmodifiedSince(BEFORE).guardsChange()).isTrue();
    }

    private static void assertFails(Preconditions conditions, Optional<Validators> current) {
        assertThatThrownBy(() -> conditions.requireForChange(current))
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
    }

    private static Preconditions match(EntityTags tags) {
        return of(tags, null, null, null);
    }

    private static Preconditions noneMatch(EntityTags tags) {
        return of(null, tags, null, null);
    }

    private static Preconditions modifiedSince(Instant date) {
        return of(null, null, date, null);
    }

    private static Preconditions unmodifiedSince(Instant date) {
        return of(null, null, null, date);
    }

    private static Preconditions of(
            @Nullable EntityTags match,
            @Nullable EntityTags noneMatch,
            @Nullable Instant modifiedSince,
            @Nullable Instant unmodifiedSince) {
        return new Preconditions(
                Optional.ofNullable(match),
                Optional.ofNullable(noneMatch),
                Optional.ofNullable(modifiedSince),
                Optional.ofNullable(unmodifiedSince));
    }
}
