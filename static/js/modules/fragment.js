// Sends what stands behind the # of this address, where a sign-in of the implicit flow brings its answer
// (RFC 6749 section 4.2.2), and takes it out of the address and the history first.
export default function fragment(form) {
  const answer = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  form.elements.fragment.value = answer;
  form.submit();
}
