package dev.consigne.startup;

import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A bucket to try things in, made at start if {@code consigne.demo-bucket} names one; dev mode does. */
@ApplicationScoped
public class DemoBucket {
    private final BucketCatalog buckets;
    private final Optional<String> name;

    DemoBucket(BucketCatalog buckets, @ConfigProperty(name = "consigne.demo-bucket") Optional<String> name) {
        this.buckets = buckets;
        this.name = name;
    }

    Uni<Void> create() {
        return name.map(BucketName::new)
                .map(bucket -> buckets.find(bucket)
                        .chain(found -> found.isPresent()
                                ? Uni.createFrom().voidItem()
                                : buckets.put(bucket, OptionalLong.empty()).replaceWithVoid()))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }
}
