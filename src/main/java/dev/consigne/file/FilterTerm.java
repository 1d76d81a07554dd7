package dev.consigne.file;

/** One condition of a filter. */
public sealed interface FilterTerm {
    FilterField field();

    /** How a value is compared. Texts compare by their bytes, times and numbers by what they are. */
    enum Comparison {
        EQUAL("="),
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        /** As it is written here and in SQL. */
        public String sign() {
            return sign;
        }
    }

    /** The field has a value of the literal's kind, and it compares so. */
    record Compares(FilterField field, Comparison comparison, FilterLiteral literal) implements FilterTerm {
        @Override
        public String toString() {
            return field + " " + comparison.sign() + " " + literal;
        }
    }

    /** The field has a text that begins so; the text is not empty. */
    record StartsWith(FilterField field, String text) implements FilterTerm {
        @Override
        public String toString() {
            return "startsWith(" + field + ", " + FilterLiteral.quoted(text) + ")";
        }
    }

    /** The field has a text that holds this one; the text is not empty. */
    record Contains(FilterField field, String text) implements FilterTerm {
        @Override
        public String toString() {
            return "contains(" + field + ", " + FilterLiteral.quoted(text) + ")";
        }
    }
}
