package dev.consigne.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SecondInstanceTest {

    @Test
    void aSecondProcessIsToldWhoHasTheFolderAndWhatToDo() throws Exception {
        try (TestStores first = TestStores.start()) {
            assertThatThrownBy(TestStores::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(TestStores.FOLDER.path().toString())
                    .hasMessageContaining("process " + first.process().process().pid())
                    .hasMessageContaining("-Dconsigne.embedded.folder=");
            first.documents().estimatedDocumentCount(); // the first is unharmed
        }
    }
}
