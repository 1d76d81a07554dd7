package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ProblemBody;
import dev.consigne.error.ServiceException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.junit.jupiter.api.Test;

/** What the contract says of a problem is what is sent. */
class ProblemTest {
    @Test
    void hasTheRequiredMembersOfTheContractInTheirOrder() {
        assertThat(ProblemBody.of(new ServiceException(ErrorCode.NOT_FOUND, "Not there."), "id")
                        .keySet())
                .containsExactly(Arrays.stream(Problem.class.getRecordComponents())
                        .filter(component -> component
                                .getAccessor()
                                .getAnnotation(Schema.class)
                                .required())
                        .map(RecordComponent::getName)
                        .toArray(String[]::new));
    }

    @Test
    void addsWhatTheFailureAddsAtTheEnd() {
        ServiceException failure = new ServiceException(ErrorCode.CONTENT_TOO_LARGE, "Too large.").with("limit", 7L);

        assertThat(ProblemBody.of(failure, "id"))
                .containsEntry("type", "https://consigne.dev/problems/content-too-large")
                .containsEntry("limit", 7L);
        assertThat(ProblemBody.of(failure, "id").keySet()).last().isEqualTo("limit");
    }
}
