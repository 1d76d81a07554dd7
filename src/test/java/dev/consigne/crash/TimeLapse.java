package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** What there was in the stores, and what was served, at each {@link Moment} after the crashes. */
final class TimeLapse {
    private final Map<Moment, Census> censuses = new EnumMap<>(Moment.class);
    private final Map<Moment, Map<String, Optional<String>>> readings = new EnumMap<>(Moment.class);

    private final List<String> atRest = new ArrayList<>();

    private TimeLapse() {}

    /** Lets all time pass, with one collector for everything. */
    static TimeLapse of(CrashStores stores, List<String> names) {
        TimeLapse lapse = new TimeLapse();
        for (Moment moment : Moment.values()) {
            stores.advanceTo(moment);
            Map<String, Optional<String>> read = new HashMap<>();
            names.forEach(name -> read.put(name, stores.read(name)));
            lapse.readings.put(moment, read);
            lapse.censuses.put(moment, stores.census());
        }
        lapse.atRest.addAll(Oracle.findingsAtRest(stores));
        return lapse;
    }

    Census at(Moment moment) {
        return Objects.requireNonNull(censuses.get(moment));
    }

    /** The content whose upload the process began, if it came to that. */
    Optional<UUID> begunBy(long pid) {
        return at(Moment.CRASHED).begunBy(pid);
    }

    /** The name meant this content, by its SHA-256, or nothing, from the crash on. */
    void assertMeant(String name, Optional<String> sha256) {
        readings.forEach((moment, read) ->
                assertThat(read.get(name)).as("'%s', %s", name, moment).isEqualTo(sha256));
    }

    /** The content went the way of what the crash left, keeping its chunks until they were due. */
    void assertWent(UUID content, Left left) {
        censuses.forEach((moment, census) -> {
            assertThat(census.state(content)).as("%s", moment).isEqualTo(left.stateAt(moment));
            if (left.keptAt(moment)) {
                assertThat(census.chunksOf(content))
                        .as("chunks, %s", moment)
                        .isEqualTo(at(Moment.CRASHED).chunksOf(content));
            } else {
                assertThat(census.chunksOf(content)).as("chunks, %s", moment).isEmpty();
                assertThat(census.announced(content)).as("manifest, %s", moment).isFalse();
            }
        });
    }

    /** The stores agreed at every moment, and in the end there were files in them and nothing else. */
    void assertSound() {
        censuses.forEach((moment, census) ->
                assertThat(new Oracle(census).findings()).as("%s", moment).isEmpty());
        assertThat(atRest).isEmpty();
    }
}
