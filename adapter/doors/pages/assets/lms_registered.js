// The LMS that opened this page in a frame or window closes it, and shows its list of tools anew.
const button = document.getElementById("close-registration");
button.addEventListener("click", () => {
  (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, button.dataset.lms);
});
