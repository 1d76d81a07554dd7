package dev.consigne.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which members of each file a listing shows: those that were asked for and no others, or all. */
final class FileMask {
    private static final Set<String> MEMBERS = Set.copyOf(Stream.of(FileView.class.getRecordComponents())
            .map(RecordComponent::getName)
            .toList());

    private final Set<String> members;

    private FileMask(Set<String> members) {
        this.members = members;
    }

    /**
     * @param fields names divided by commas; all if not given
     * @throws ServiceException {@link ErrorCode#INVALID_PARAMETER} if one is none of a file's
     */
    static FileMask parse(@Nullable String fields) {
        if (fields == null) {
            return new FileMask(MEMBERS);
        }
        List<String> asked = List.of(fields.split(",", -1));
        if (!MEMBERS.containsAll(asked)) {
            throw new ServiceException(
                            ErrorCode.INVALID_PARAMETER,
                            "fields must be names of a file's members divided by commas: "
                                    + String.join(
                                            ", ", MEMBERS.stream().sorted().toList()) + ".")
                    .with("parameter", "fields");
        }
        return new FileMask(Set.copyOf(asked));
    }

    /** What is shown of the file. */
    Object of(FileView file, ObjectMapper json) {
        if (members.size() == MEMBERS.size()) {
            return file;
        }
        ObjectNode tree = json.valueToTree(file);
        return tree.retain(members);
    }
}
