package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileName;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.MediaType;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Whatever a parser is given, it reads it or refuses it with one of its own codes; and what it read it can read again. */
class ParserFuzzTest {
    private static final Set<ErrorCode> OF_NAMES =
            EnumSet.of(ErrorCode.INVALID_NAME, ErrorCode.NAME_TOO_LONG, ErrorCode.INVALID_ENCODING);
    private static final Set<ErrorCode> OF_PATHS = EnumSet.of(ErrorCode.INVALID_PATH, ErrorCode.INVALID_ENCODING);

    @Property(tries = 2000)
    void takesNamesThatStayWhatTheyAre(@ForAll("texts") String text) {
        Optional<FileName> name = read(() -> new FileName(text), OF_NAMES);

        name.map(FileName::value).ifPresent(value -> {
            assertThat(new FileName(value).value()).isEqualTo(value);
            assertThat(value.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, FileName.MAX_BYTES);
            assertThat(value.chars()).noneMatch(c -> c < ' ' || c == 0x7F || c == '\\');
            assertThat(value.split("/", -1)).noneMatch(s -> s.isBlank() || s.equals(".") || s.equals(".."));
        });
    }

    @Property(tries = 2000)
    void decodesOrRefusesPaths(@ForAll("urls") String raw) {
        Optional<String> decoded = read(() -> RequestPath.decode(raw), OF_PATHS);

        boolean admitted = read(() -> admitted(raw), OF_PATHS).isPresent();

        assertThat(!admitted || decoded.isPresent()).as("admitted is decodable").isTrue();
        if (admitted) {
            assertThat(decoded.orElseThrow().split("/")).doesNotContain(".", "..");
        }
    }

    @Property(tries = 1000)
    void decodesWhatIsEncoded(@ForAll("texts") String text) {
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(text));

        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");

        assertThat(RequestPath.decode(encoded)).isEqualTo(text);
    }

    @Property(tries = 1000)
    void readsOrRefusesQueries(@ForAll("urls") String raw) {
        read(
                () -> {
                    RequestPath.requireReadableQuery(raw);
                    return raw;
                },
                EnumSet.of(ErrorCode.INVALID_ENCODING, ErrorCode.INVALID_PARAMETER));
    }

    @Property(tries = 2000)
    void takesMediaTypesThatAreHarmlessInAHeader(@ForAll("texts") String text) {
        read(() -> new MediaType(text), EnumSet.of(ErrorCode.INVALID_CONTENT_TYPE))
                .ifPresent(type -> {
                    assertThat(type.value()).matches("[\\x20-\\x7E\\t]{3,255}").contains("/");
                    assertThat(type.essence()).isEqualTo(new MediaType(type.essence()).essence());
                });
    }

    @Property(tries = 1000)
    void takesKeysThatAreVisible(@ForAll("texts") String text) {
        read(() -> new IdempotencyKey(text), EnumSet.of(ErrorCode.INVALID_IDEMPOTENCY_KEY))
                .ifPresent(key -> assertThat(key.value()).matches("[!-~]{1,255}"));
    }

    /** RFC 6266 with RFC 8187: read back as a client reads it, whatever the name. */
    @Property(tries = 2000)
    void namesEveryFileInADispositionThatIsOneLine(@ForAll("texts") String text) {
        Optional<FileName> name = read(() -> new FileName(text), OF_NAMES);
        Assume.that(name.isPresent());

        String header = ContentDisposition.of(name.orElseThrow(), new MediaType("image/png"));

        assertThat(header).matches("[\\x20-\\x7E]+");
        assertThat(header.chars().filter(c -> c == '"').count()).isEqualTo(2);
        String encoded = header.substring(header.indexOf("filename*=UTF-8''") + "filename*=UTF-8''".length());
        assertThat(encoded).matches("[A-Za-z0-9!#$&+.^_`|~%-]+");
        assertThat(RequestPath.decode(encoded)).isEqualTo(name.orElseThrow().lastSegment());
    }

    @Property(tries = 2000)
    void readsOrRefusesThePartsOfForms(@ForAll("heads") String head) {
        read(() -> PartHead.fileName(head), EnumSet.of(ErrorCode.MALFORMED_MULTIPART));
    }

    @Property(tries = 500)
    void readsTheNameOfAPartThatCanBeWritten(
            @ForAll @StringLength(max = 30) @CharRange(from = ' ', to = '~') String name) {
        Assume.that(!name.contains("\\"));

        String head =
                "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name.replace("\"", "\\\"") + '"';

        assertThat(PartHead.fileName(head)).contains(name);
    }

    /** However the network cuts a form. */
    @Property(tries = 500)
    void findsTheFileWhereverTheFormIsCut(@ForAll @IntRange(min = 1, max = 60) int piece) {
        byte[] form =
                ("--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nv\r\n--b\r\nContent-Type: text/plain\r\n"
                                + "Content-Disposition: form-data; name=\"f\"; filename=\"a;b\"\r\n\r\nhello\r\n--b--\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        PartHeads heads = new PartHeads("b");

        for (int start = 0; start < form.length; start += piece) {
            heads.pass(Buffer.buffer(form).slice(start, Math.min(form.length, start + piece)));
        }

        assertThat(heads.fileName()).contains("a;b");
    }

    @Property(tries = 1000)
    void keepsLittleOfAFormWithoutHead(
            @ForAll @StringLength(max = 2000) @CharRange(from = '\n', to = '~') String body) {
        PartHeads heads = new PartHeads("no-such-boundary");

        heads.pass(Buffer.buffer(body));

        assertThat(heads.fileName()).isEmpty();
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(40),
                Arbitraries.strings()
                        .withChars("./\\\"';=%\r\n\t\u0000 aé日\u202e\ufeff\ud83d\ude00")
                        .ofMaxLength(20),
                Arbitraries.strings().withChars("a/é").ofMinLength(200).ofMaxLength(1100),
                Arbitraries.strings().ascii().ofMaxLength(30).map(s -> "text/" + s));
    }

    @Provide
    Arbitrary<String> urls() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(40),
                Arbitraries.strings().withChars("%2eEfFcC0089/.;\\a&=").ofMaxLength(30));
    }

    @Provide
    Arbitrary<String> heads() {
        Arbitrary<String> rest = Arbitraries.strings()
                .withChars("\";=*'\\ \r\nname=filename*UTF-8''%a1\u00ff")
                .ofMaxLength(60);
        return Arbitraries.oneOf(rest, rest.map(s -> "Content-Disposition: form-data; filename=" + s));
    }

    private static String admitted(String raw) {
        RequestPath.requireUnambiguous(raw);
        return raw;
    }

    /** What was read; empty if it was refused as it may be. */
    private static <T> Optional<T> read(Supplier<T> parser, Set<ErrorCode> allowed) {
        try {
            return Optional.of(parser.get());
        } catch (ServiceException refused) {
            assertThat(refused.code()).isIn(allowed);
            return Optional.empty();
        }
    }
}
