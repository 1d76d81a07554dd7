package dev.consigne.postgres;

import dev.consigne.file.FilterField;
import dev.consigne.file.FilterField.Member;
import dev.consigne.file.FilterField.Property;
import dev.consigne.file.FilterField.Tag;
import dev.consigne.file.FilterLiteral;
import dev.consigne.file.FilterLiteral.Flag;
import dev.consigne.file.FilterLiteral.Moment;
import dev.consigne.file.FilterLiteral.Numeral;
import dev.consigne.file.FilterLiteral.Text;
import dev.consigne.file.FilterTerm;
import dev.consigne.file.FilterTerm.Compares;
import dev.consigne.file.FilterTerm.Comparison;
import dev.consigne.file.FilterTerm.Contains;
import dev.consigne.file.FilterTerm.StartsWith;
import java.time.ZoneOffset;

/**
 * A term as SQL, twice: as a condition on a file {@code f} that is at hand, and as a condition on an attribute {@code a},
 * which an index answers. Both mean the same.
 */
final class TermSql {
    /** What is longer is in no index, so it is found by no condition either. */
    private static final int MAX_VALUE_BYTES = 256;

    private final FilterTerm term;

    TermSql(FilterTerm term) {
        this.term = term;
    }

    FilterField field() {
        return term.field();
    }

    /** Whether it is answered by {@code file_attribute}. */
    boolean isAttribute() {
        return !(term.field() instanceof Property);
    }

    /** Whether it asks for one value of an attribute: its files are in the index in the order of their names. */
    boolean isOneValue() {
        return isAttribute() && term instanceof Compares compares && compares.comparison() == Comparison.EQUAL;
    }

    /** Whether an ordered index can answer it at all. */
    boolean isIndexed() {
        return !(term instanceof Contains);
    }

    /** The condition on {@code f}. */
    String onFile(Binds binds) {
        return onFile("f.name", binds);
    }

    /** The condition on {@code f}, whose name is at hand elsewhere too: a term about it asks there. */
    String onFile(String name, Binds binds) {
        FilterField field = term.field();
        if (term instanceof Contains contains) {
            return name + " LIKE " + binds.add("%" + literally(contains.text()) + "%");
        }
        if (term instanceof StartsWith starts) {
            return kind(field, "string", binds) + between(text(name, binds), PrefixRange.of(starts.text()), binds);
        }
        Compares compares = (Compares) term;
        String sign = " " + compares.comparison().sign() + " ";
        FilterLiteral literal = compares.literal();
        if (literal instanceof Text text) {
            return kind(field, "string", binds) + text(name, binds) + sign + binds.add(text.value());
        }
        if (literal instanceof Moment moment) {
            return property(field) + sign + binds.add(moment.value().atOffset(ZoneOffset.UTC));
        }
        if (literal instanceof Numeral number && field == Property.LENGTH) {
            return "f.length" + sign + binds.add(number.value().longValueExact());
        }
        String kind = literal instanceof Flag ? "boolean" : "number";
        return kind(field, kind, binds) + json(field, binds) + sign + binds.add(json(literal)) + "::text::jsonb";
    }

    /** The condition on {@code a}. */
    String onAttribute(Binds binds) {
        String field = "a.field = "
                + binds.add(term.field() instanceof Tag tag ? "t:" + tag.key() : "m:" + ((Member) term.field()).path())
                + " AND ";
        if (term instanceof StartsWith starts) {
            return field + between("a.value", PrefixRange.of("s" + starts.text()), binds);
        }
        Compares compares = (Compares) term;
        String value = key(compares.literal(), binds);
        return field
                + switch (compares.comparison()) {
                    case EQUAL -> "a.value = " + value;
                    case LESS, AT_MOST ->
                        "a.value >= " + binds.add(kind(compares.literal())) + " AND a.value "
                                + compares.comparison().sign() + " " + value;
                    case GREATER, AT_LEAST ->
                        "a.value < "
                                + binds.add(
                                        PrefixRange.of(kind(compares.literal())).before()) + " AND a.value "
                                + compares.comparison().sign() + " " + value;
                };
    }

    private static String between(String expression, PrefixRange range, Binds binds) {
        return expression + " >= " + binds.add(range.from()) + " AND " + expression + " < " + binds.add(range.before());
    }

    /** Nothing for what has one kind of values alone. */
    private static String kind(FilterField field, String kind, Binds binds) {
        if (field instanceof Property) {
            return "";
        }
        String value = json(field, binds);
        return "jsonb_typeof(" + value + ") = '" + kind + "' AND octet_length(" + value + " #>> '{}') <= "
                + MAX_VALUE_BYTES + " AND ";
    }

    private String text(String name, Binds binds) {
        FilterField field = term.field();
        if (field == Property.NAME) {
            return name;
        }
        return field instanceof Property ? property(field) : "(" + json(field, binds) + " #>> '{}') COLLATE \"C\"";
    }

    private static String json(FilterField field, Binds binds) {
        return field instanceof Tag tag
                ? "(f.tags -> " + binds.add(tag.key()) + "::text)"
                : "(f.metadata #> string_to_array(" + binds.add(((Member) field).path()) + "::text, '.'))";
    }

    private static String property(FilterField field) {
        return switch ((Property) field) {
            case NAME -> "f.name";
            case MEDIA_TYPE -> "f.media_type COLLATE \"C\"";
            case LENGTH -> "f.length";
            case CREATED_AT -> "f.created_at";
            case UPDATED_AT -> "f.updated_at";
        };
    }

    /** As {@code search_key()} makes it. */
    private static String key(FilterLiteral literal, Binds binds) {
        if (literal instanceof Text text) {
            return binds.add("s" + text.value());
        }
        return "search_key(" + binds.add(json(literal)) + "::text::jsonb)";
    }

    /** What the keys of all values of the literal's kind begin with. */
    private static String kind(FilterLiteral literal) {
        return literal instanceof Text ? "s" : literal instanceof Flag ? "b" : "n";
    }

    private static String json(FilterLiteral literal) {
        return literal instanceof Numeral number ? number.value().toPlainString() : literal.toString();
    }

    private static String literally(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }
}
