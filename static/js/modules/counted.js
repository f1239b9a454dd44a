// Words with a number in them, from data-one="1 character left" data-many="{n} characters left".
export const counted = (number, { one, many }) =>
  number === 1 ? one : many.replace("{n}", number.toLocaleString(document.documentElement.lang));
