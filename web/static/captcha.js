// Finds the proof of work that the form asks for (ALTCHA, version 2), a slice at a time, so that typing goes on.
// SHA-256 stands here in full: `crypto.subtle` is missing on plain http, and answers each hash by a promise.
(() => {
  "use strict";
  const form = document.getElementById("basvuru");
  if (!form || !form.dataset.challenge) return;
  const SLICE_MS = 12;
  // Made here, so that no browser fills in an old one when the page is gone back to.
  const proof = document.createElement("input");
  proof.type = "hidden";
  proof.name = "altcha";
  form.append(proof);

  const K = Int32Array.of(
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2);
  const START = Int32Array.of(
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
  const w = new Int32Array(64);
  const sum = new Int32Array(8);

  // Hashes the first words of w into sum; all that is hashed here fits into one block.
  const hash = (words) => {
    w.fill(0, words, 15);
    w[words] = 0x80000000;
    w[15] = words * 32;
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
        + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    let a = START[0], b = START[1], c = START[2], d = START[3];
    let e = START[4], f = START[5], g = START[6], h = START[7];
    for (let i = 0; i < 64; i++) {
      const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
        + (e & f ^ ~e & g) + K[i] + w[i] | 0;
      const two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0;
      d = c; c = b; b = a; a = one + two | 0;
    }
    sum[0] = START[0] + a; sum[1] = START[1] + b; sum[2] = START[2] + c; sum[3] = START[3] + d;
    sum[4] = START[4] + e; sum[5] = START[5] + f; sum[6] = START[6] + g; sum[7] = START[7] + h;
  };
  const wordsOf = (hex) => Int32Array.from(hex.match(/.{8}/g), (word) => parseInt(word, 16));
  const hexOf = (words) => Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

  // Whether this counter is the one: salt, nonce and counter are hashed, and their hash again, `cost` times in all.
  const fits = ({ start, cost, prefix }, counter) => {
    w.set(start);
    w[start.length] = counter;
    hash(start.length + 1);
    for (let i = 1; i < cost; i++) {
      w.set(sum);
      hash(sum.length);
    }
    return prefix.every((word, i) => word === sum[i]);
  };

  const solve = (challenge) => new Promise((resolve) => {
    const { salt, nonce, cost, keyPrefix } = challenge.parameters;
    const sought = { start: wordsOf(salt + nonce), cost, prefix: wordsOf(keyPrefix) };
    const slice = (first) => {
      const until = performance.now() + SLICE_MS;
      let counter = first;
      for (; performance.now() < until; counter++) {
        if (fits(sought, counter)) {
          const solution = { counter, derivedKey: hexOf(sum) };
          resolve(btoa(JSON.stringify({ challenge, solution })));
          return;
        }
      }
      setTimeout(slice, 0, counter);
    };
    slice(0);
  });

  // A page that was open too long, or that came back with a solution it has spent, asks for another challenge.
  // Only differences of the clock count: telephones' clocks are often wrong.
  let challenge = JSON.parse(form.dataset.challenge);
  let since = Date.now();
  const life = Number(form.dataset.challengeSeconds) * 900;
  const isOver = () => Math.abs(Date.now() - since) > life;
  const renew = async () => {
    const answer = await fetch("/", { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    challenge = JSON.parse(page.getElementById("basvuru").dataset.challenge);
    since = Date.now();
    proof.value = "";
  };
  const find = async () => {
    if (isOver()) await renew();
    if (!proof.value) proof.value = await solve(challenge);
  };
  let finding = null;
  const prepare = () => {
    const over = () => { finding = null; };
    if (!finding) finding = find().then(over, over);  // without one the server says what to do
    return finding;
  };

  let waits = false;
  form.addEventListener("focusin", prepare);
  form.addEventListener("submit", (event) => {
    if (proof.value && !isOver()) return;
    event.preventDefault();
    if (waits) return;
    waits = true;
    prepare().then(() => form.submit());
  });
  window.addEventListener("pageshow", (event) => {
    waits = false;
    if (event.persisted) since = 0;
  });
})();
