package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FilterField.Member;
import dev.consigne.file.FilterField.Property;
import dev.consigne.file.FilterField.Tag;
import dev.consigne.file.FilterTerm.Comparison;
import dev.consigne.file.FilterTokens.Kind;
import dev.consigne.file.FilterTokens.Token;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a filter by recursive descent; one method a rule of the grammar. */
final class FilterReader {
    /** Longer values of tags and metadata are in no index, so nothing is found by them. */
    private static final int MAX_VALUE_BYTES = 256;

    private static final String COMPARISONS = "=, <, <=, > or >=";

    /** RFC 3339, section 5.6, in capitals; PostgreSQL keeps microseconds. */
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})");

    private final FilterTokens tokens;

    FilterReader(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > Filter.MAX_BYTES) {
            throw tooMuch("The filter has more than " + Filter.MAX_BYTES + " bytes.", Filter.MAX_BYTES);
        }
        this.tokens = new FilterTokens(text);
    }

    /** filter = term *("and" term) */
    Filter read() {
        List<FilterTerm> terms = new ArrayList<>();
        terms.add(term());
        while (tokens.peek().is(Kind.WORD, "and")) {
            if (terms.size() == Filter.MAX_TERMS) {
                throw tooMuch("The filter has more than " + Filter.MAX_TERMS + " terms.", Filter.MAX_TERMS);
            }
            tokens.take();
            terms.add(term());
        }
        if (tokens.peek().kind() != Kind.END) {
            throw expected("and, or the end");
        }
        return new Filter(terms);
    }

    /** term = "startsWith" "(" field "," text ")" / "contains" "(" "name" "," text ")" / field comparison literal */
    private FilterTerm term() {
        if (tokens.peek().is(Kind.WORD, "startsWith")) {
            tokens.take();
            return call(true);
        }
        if (tokens.peek().is(Kind.WORD, "contains")) {
            tokens.take();
            return call(false);
        }
        return comparison();
    }

    private FilterTerm call(boolean start) {
        sign("(");
        int position = tokens.peek().position();
        FilterField field = field();
        boolean fits = start ? !(field instanceof Property property) || property.isText() : field == Property.NAME;
        if (!fits) {
            throw FilterTokens.refused(position, start ? "a field with texts" : "name");
        }
        sign(",");
        Token token = tokens.peek();
        String text = text(field);
        if (text.isEmpty()) {
            throw FilterTokens.refused(token.position(), "a text that is not empty");
        }
        sign(")");
        return start ? new FilterTerm.StartsWith(field, text) : new FilterTerm.Contains(field, text);
    }

    private FilterTerm comparison() {
        FilterField field = field();
        Token sign = tokens.peek();
        Comparison comparison = Stream.of(Comparison.values())
                .filter(one -> sign.is(Kind.SIGN, one.sign()))
                .findFirst()
                .orElseThrow(() -> expected(COMPARISONS));
        tokens.take();
        FilterLiteral literal = literal(field);
        if (literal instanceof FilterLiteral.Flag && comparison != Comparison.EQUAL) {
            throw FilterTokens.refused(sign.position(), "= before true or false");
        }
        return new FilterTerm.Compares(field, comparison, literal);
    }

    /** field = property / "tags" "." (word / text) / "metadata" 1*("." word) */
    private FilterField field() {
        Token token = tokens.peek();
        if (token.is(Kind.WORD, "tags")) {
            tokens.take();
            return tag();
        }
        if (token.is(Kind.WORD, "metadata")) {
            tokens.take();
            return member(token);
        }
        if (token.kind() != Kind.WORD) {
            throw expected(FilterField.list());
        }
        Property property = Property.of(token.value()).orElseThrow(() -> expected(FilterField.list()));
        tokens.take();
        return property;
    }

    private FilterField tag() {
        sign(".");
        Token key = tokens.peek();
        boolean named = key.kind() == Kind.WORD || key.kind() == Kind.TEXT;
        if (!named
                || key.value().isBlank()
                || key.value().codePointCount(0, key.value().length()) > Tags.MAX_KEY) {
            throw expected("the key of a tag, in quotes unless it is a word");
        }
        tokens.take();
        return new Tag(key.value());
    }

    private FilterField member(Token first) {
        StringBuilder path = new StringBuilder();
        while (tokens.peek().is(Kind.SIGN, ".") || path.isEmpty()) {
            sign(".");
            path.append(path.isEmpty() ? "" : ".").append(word());
        }
        if (!Member.isPath(path.toString())) {
            throw FilterTokens.refused(first.position(), "a path of at most five members and 128 characters");
        }
        return new Member(path.toString());
    }

    private FilterLiteral literal(FilterField field) {
        if (field == Property.LENGTH) {
            return wholeNumber();
        }
        if (field instanceof Property property && !property.isText()) {
            return moment();
        }
        if (field instanceof Member && tokens.peek().kind() == Kind.NUMBER) {
            return numeral();
        }
        if (field instanceof Member && tokens.peek().kind() == Kind.WORD) {
            return flag();
        }
        return new FilterLiteral.Text(text(field));
    }

    private FilterLiteral wholeNumber() {
        Token token = tokens.peek();
        FilterLiteral.Numeral numeral = numeral();
        boolean isLong = numeral.value().scale() <= 0
                && numeral.value().precision() - numeral.value().scale() <= 19
                && numeral.value().toBigInteger().bitLength() < Long.SIZE;
        if (!isLong) {
            throw FilterTokens.refused(token.position(), "a whole number of bytes");
        }
        return numeral;
    }

    private FilterLiteral.Numeral numeral() {
        Token token = take(Kind.NUMBER, "a number");
        BigDecimal value = new BigDecimal(token.value());
        if (Math.abs((long) value.precision() - value.scale()) > MAX_VALUE_BYTES
                || Math.abs((long) value.scale()) > MAX_VALUE_BYTES
                || value.toPlainString().length() > MAX_VALUE_BYTES) {
            throw FilterTokens.refused(token.position(), "a number of at most 256 digits when written in full");
        }
        return new FilterLiteral.Numeral(value);
    }

    private FilterLiteral flag() {
        boolean isTrue = tokens.peek().is(Kind.WORD, "true");
        if (!isTrue && !tokens.peek().is(Kind.WORD, "false")) {
            throw expected("a text, a number, true or false");
        }
        tokens.take();
        return new FilterLiteral.Flag(isTrue);
    }

    private FilterLiteral moment() {
        Token token = take(Kind.TEXT, "a time in double quotes");
        try {
            if (TIME.matcher(token.value()).matches()) {
                Instant time = OffsetDateTime.parse(token.value()).toInstant();
                if (!time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
                        && time.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
                    return new FilterLiteral.Moment(time);
                }
            }
        } catch (DateTimeException e) {
            throw FilterTokens.refused(token.position(), "a time that exists");
        }
        throw FilterTokens.refused(token.position(), "a time such as \"2026-01-31T00:00:00Z\" (RFC 3339)");
    }

    private String text(FilterField field) {
        Token token = take(Kind.TEXT, "a text in double quotes");
        String text = field == Property.NAME ? Normalizer.normalize(token.value(), Normalizer.Form.NFC) : token.value();
        int most = field instanceof Property ? FileName.MAX_BYTES : MAX_VALUE_BYTES;
        if (text.getBytes(StandardCharsets.UTF_8).length > most) {
            throw FilterTokens.refused(token.position(), "a text of at most " + most + " bytes");
        }
        return text;
    }

    private String word() {
        return take(Kind.WORD, "a word").value();
    }

    private void sign(String sign) {
        if (!tokens.peek().is(Kind.SIGN, sign)) {
            throw expected(sign);
        }
        tokens.take();
    }

    private Token take(Kind kind, String expected) {
        if (tokens.peek().kind() != kind) {
            throw expected(expected);
        }
        return tokens.take();
    }

    private ServiceException expected(String what) {
        return FilterTokens.refused(tokens.peek().position(), what);
    }

    private static ServiceException tooMuch(String detail, int limit) {
        return new ServiceException(ErrorCode.INVALID_FILTER, detail).with("limit", limit);
    }
}
