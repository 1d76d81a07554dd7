package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the arguments of the process mean, and which mean nothing. */
class CommandTest {
    @Test
    void reportsUnlessToldToRepair() {
        assertThat(parse("fsck")).isEqualTo(new Command.Run(JobName.FSCK, JobOrder.REPORT, false));
        assertThat(parse("fsck --repair")).isEqualTo(new Command.Run(JobName.FSCK, JobOrder.REPAIR, false));
        assertThat(parse("fsck --deep"))
                .isEqualTo(new Command.Run(JobName.FSCK, new JobOrder(JobOrder.Mode.REPORT, true), false));
        assertThat(parse("fsck --deep --repair"))
                .isEqualTo(new Command.Run(JobName.FSCK, new JobOrder(JobOrder.Mode.REPAIR, true), false));
    }

    @ParameterizedTest
    @EnumSource(JobName.class)
    void knowsEveryJobAndTellsOfIt(JobName job) {
        assertThat(parse(job.label() + " --repair")).isEqualTo(new Command.Run(job, JobOrder.REPAIR, false));
        assertThat(Command.USAGE).contains("\n  " + job.label() + " ");
    }

    @Test
    void leavesAJobToTheProcessThatRunsItIfToldTo() {
        assertThat(parse("collector --repair --unless-running"))
                .isEqualTo(new Command.Run(JobName.COLLECTOR, JobOrder.REPAIR, true));
        assertThat(Command.USAGE).contains("--unless-running");
    }

    @Test
    void knowsReleaseAndHelp() {
        assertThat(parse("release")).isEqualTo(new Command.Release());
        assertThat(parse("--help")).isEqualTo(new Command.Help());
        assertThat(parse("fsck --help")).isEqualTo(new Command.Help());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nosuch",
                "FSCK",
                "--repair",
                "--repair fsck",
                "fsck scrub",
                "fsck --deepp",
                "fsck -repair",
                "release --repair",
                "release --unless-running",
                "release fsck",
                "collector",
                "scrub --deep",
                "check --deep --repair"
            })
    void refusesWhatItDoesNotUnderstand(String arguments) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(arguments)).withMessageMatching(".+");
    }

    private static Command parse(String arguments) {
        return Command.parse(List.of(arguments.split(" ")));
    }
}
