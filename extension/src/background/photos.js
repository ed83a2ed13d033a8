/** What the service tells of photos, and the clean copies that it makes. Nothing of them is kept. */

import { call, objectOf, refusal } from "./http.js";
import { PROBLEMS, ServiceProblem } from "./problems.js";
import { WORK } from "./service.js";

/** @typedef {import("../shared/messages.js").CheckedOne} CheckedOne */
/** @typedef {import("../shared/messages.js").CleanCopy} CleanCopy */
/** @typedef {import("../views/shapes.js").Linkage} Linkage */
/** @typedef {import("../views/shapes.js").PhotoReport} PhotoReport */
/** @typedef {import("../views/shapes.js").Region} Region */
/** @typedef {import("../views/shapes.js").Shot} Shot */
/** @typedef {import("./service.js").Service} Service */

const MOST_COPY_BYTES = 400_000_000;
const NAME = /filename="([\w.-]{1,80})"/;

/** @param {unknown} file @returns {FormData} */
function formOf(file) {
  if (!(file instanceof Blob)) throw new ServiceProblem(PROBLEMS.own);
  const form = new FormData();
  form.append("file", file, file instanceof File ? file.name : "photo");
  return form;
}

/** @param {unknown} told @returns {PhotoReport} */
function reportOf(told) {
  const report = objectOf(told);
  if (report.kind !== "photo" || Object.keys(objectOf(report.details)).length === 0) {
    throw new ServiceProblem(PROBLEMS.unexpected);
  }
  return /** @type {any} */ (report);
}

/**
 * @param {Service} service
 * @param {unknown} file
 * @returns {Promise<CheckedOne>} also what the photo is linked to others by
 */
export async function checkPhoto(service, file) {
  const request = { ...WORK, method: "POST", body: formOf(file) };
  const { value } = await service.authorised("/photo?shots=true", request);
  const { reports, shots, errors } = objectOf(value);
  if (Array.isArray(errors) && errors.length > 0) {
    throw new ServiceProblem(refusal({ value: errors[0] }));
  }
  if (!Array.isArray(reports) || !Array.isArray(shots)) {
    throw new ServiceProblem(PROBLEMS.unexpected);
  }
  return { report: reportOf(reports[0]), shot: shots[0] };
}

/**
 * @param {Service} service
 * @param {Shot[]} shots
 * @returns {Promise<Linkage>}
 */
export async function linkPhotos(service, shots) {
  const request = { ...WORK, method: "POST", body: { shots } };
  const { value } = await service.authorised("/photo/linkage", request);
  if (!Array.isArray(objectOf(value).inferences)) throw new ServiceProblem(PROBLEMS.unexpected);
  return /** @type {any} */ (value);
}

/**
 * @param {Service} service
 * @param {unknown} file
 * @param {Region[]} boxes covered in the copy
 * @returns {Promise<CleanCopy>}
 */
export async function cleanPhoto(service, file, boxes) {
  const query = boxes.map(({ x, y, width, height }) => `box=${x},${y},${width},${height}`);
  const { value, headers } = await service.authorised(`/photo/clean?${query.join("&")}`, {
    ...WORK,
    mostBytes: MOST_COPY_BYTES,
    method: "POST",
    body: formOf(file),
    file: true,
  });
  const name = NAME.exec(headers.get("Content-Disposition") ?? "")?.[1] ?? "photo";
  return { blob: blobOf(value), name, lossless: headers.get("X-Lossless") === "true" };
}

/**
 * A picture inside of the file, by its position in the report.
 *
 * @param {Service} service
 * @param {unknown} file
 * @param {number} number
 */
export async function hiddenPicture(service, file, number) {
  const request = { ...WORK, method: "POST", body: formOf(file), file: true };
  const { value } = await service.authorised(`/photo/hidden?number=${Number(number)}`, request);
  return blobOf(value);
}

/** @param {unknown} value */
function blobOf(value) {
  if (!(value instanceof Blob) || value.size === 0) throw new ServiceProblem(PROBLEMS.unexpected);
  return value;
}

/**
 * The land that maps are drawn on; null where it cannot be had.
 *
 * @param {Service} service
 * @returns {Promise<import("../views/map.js").Outlines | null>}
 */
export async function outlines(service) {
  const { address } = await service.prove();
  const { status, value } = await call(`${address}/page/outlines.json`, WORK);
  return status === 200 && Array.isArray(objectOf(value).land) ? /** @type {any} */ (value) : null;
}
